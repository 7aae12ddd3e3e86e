package dev.squall.sim;

import dev.squall.node.Put;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Where a test plants a bug, to prove that the checkers notice it: each method stands between the
 * production classes and the simulated world, and passes on honestly what it is given. The
 * production classes know nothing of it.
 */
public class Saboteur {

    /** Plants nothing. */
    public static final Saboteur NONE = new Saboteur();

    /**
     * Writes on their way from one member to another.
     *
     * @param writes in the order in which they were posted; may be changed
     * @return what arrives, in order
     */
    protected List<Write> carry(int from, int to, List<Write> writes) {
        return writes;
    }

    /** A write of one member has been applied to another's registered memory. */
    protected void applied(int from, int to, Write write, MemorySegment memory) {}

    /** Whether a sync really carries the bytes to stable storage. */
    protected boolean syncs(int node, String file) {
        return true;
    }

    /** What a client sends when it tries a put again. */
    protected Put retry(Put first) {
        return first;
    }

    /** The wall clock that a node is given, in place of its own. */
    protected long micros(int node, long honest) {
        return honest;
    }
}
