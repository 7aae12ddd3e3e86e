package dev.squall.sim;

/** Ends a node in the middle of a disk operation; no production code may catch it. */
final class SimCrash extends Error {

    SimCrash() {
        super("the node crashed in the middle of a disk operation", null, false, false);
    }
}
