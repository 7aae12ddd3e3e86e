/**
 * How a request reaches a member that can answer it: {@link dev.squall.server.route.Forwarder} for
 * whole requests, {@link dev.squall.server.route.HttpPeers} for what user-defined logic does,
 * {@link dev.squall.server.route.Scatter} for questions to everybody.
 */
@NullMarked
package dev.squall.server.route;

import org.jspecify.annotations.NullMarked;
