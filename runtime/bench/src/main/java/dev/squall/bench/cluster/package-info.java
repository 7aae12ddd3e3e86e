/**
 * Starts, asks, kills and restarts the processes of a cluster's members, and measures through them.
 */
@NullMarked
package dev.squall.bench.cluster;

import org.jspecify.annotations.NullMarked;
