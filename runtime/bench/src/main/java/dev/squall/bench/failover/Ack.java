package dev.squall.bench.failover;

/**
 * An acknowledged put.
 *
 * @param producer its triple
 * @param due when it should have been made, nanoseconds of this machine's clock
 * @param completed when its answer came
 * @param node who answered
 * @param version what it was told
 */
record Ack(String producer, long due, long completed, int node, long version) {}
