package dev.squall.bench.member;

import dev.squall.node.Put;
import dev.squall.node.PutAnswer;

/** Says what a {@link PutLoad} puts. Called by many threads at once. */
interface PutSource {

    Put next();

    /** A put has been answered. */
    void answered(Put put, PutAnswer answer);
}
