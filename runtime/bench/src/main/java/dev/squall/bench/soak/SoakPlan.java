package dev.squall.bench.soak;

import java.nio.file.Path;

/**
 * What is asked for.
 *
 * @param seconds how long
 * @param size bytes of a put
 * @param keys in each pool
 * @param clients who put, and as many who get
 * @param retainBytes what the persistent pool keeps, and the volatile one in versions of each key
 * @param data where the data lies
 */
public record SoakPlan(
        int nodes, int seconds, int size, int keys, int clients, long retainBytes, Path data) {}
