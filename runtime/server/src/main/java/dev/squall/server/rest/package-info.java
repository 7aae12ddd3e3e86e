/**
 * The resources under /v1. Each translates one family of calls into calls of {@link
 * dev.squall.node.Node} and holds no state of its own.
 */
@NullMarked
package dev.squall.server.rest;

import org.jspecify.annotations.NullMarked;
