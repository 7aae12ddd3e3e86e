package dev.squall.sim.check;

import dev.squall.node.NodeCore;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** One life of a node, as the checkers see it. */
public interface Subject {

    int node();

    NodeCore core();

    /** Whether the node still runs in this life. */
    boolean alive();

    /** Whether the node's disk says that its log of a shard has no gap. */
    boolean whole(int shard);

    /** Names of the files in a directory of the node, sorted. */
    List<String> files(String directory);

    /** What is in a file of the node. */
    byte[] read(String file);

    /** Whether its disk had refused the newest of its votes when this life began. */
    boolean forgetsVotes();

    /** Whether these bytes would be found in a file of the node after a power failure. */
    boolean onDisk(String file, MemorySegment bytes, long at);
}
