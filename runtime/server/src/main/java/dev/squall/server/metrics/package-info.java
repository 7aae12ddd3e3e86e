/** What {@code /q/metrics} shows of the node, and rates for people. */
@NullMarked
package dev.squall.server.metrics;

import org.jspecify.annotations.NullMarked;
