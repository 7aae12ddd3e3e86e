/**
 * What a caller is told when something cannot be done: RFC 9457 problem documents everywhere, the
 * Open Inference Protocol's own form under /v2.
 */
@NullMarked
package dev.squall.server.problem;

import org.jspecify.annotations.NullMarked;
