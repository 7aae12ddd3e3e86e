package dev.squall.bench.node;

import java.util.List;
import java.util.Set;

/** Where nodes live, and how they are cut off from each other. Used by one thread. */
public sealed interface Network permits Loopback, Namespaces {

    /** The address at which a node listens. */
    String host(int node);

    /** What stands before the command line of a node's process. */
    List<String> prefix(int node);

    /** Whether nodes can be cut off here. */
    boolean cuts();

    /** Cuts a node off from everybody, clients too. */
    void isolate(int node);

    /** Cuts every node of one side off from every other node; clients reach both sides. */
    void split(Set<Integer> side);

    /** Mends everything. */
    void heal();
}
