package dev.squall.bench.chaos;

/**
 * One key of a read at a time.
 *
 * @param micros the time asked for, microseconds since 1970
 * @param version seen, 0 = no object
 * @param stamp the producer triple in the value seen
 */
record CutRead(int node, String key, long micros, long version, String stamp) {}
