package dev.squall.sim.check;

import dev.squall.node.PutAnswer;
import java.util.List;

/** One thing that must always hold. It is told what happens, and throws when it does not hold. */
abstract class Checker {

    /**
     * A replica has one version more.
     *
     * @param first whether no other replica had it before
     */
    void appended(Replica replica, Entry entry, boolean first) {}

    /** A replica has recovered what its disk held. */
    void recovered(Replica replica) {}

    /** A replica has given up the end of its log, so that it goes on as the others do. */
    void cut(Replica before, Replica after) {}

    /** A replica takes puts: its log equals the others'. */
    void ready(Replica replica) {}

    /** Versions are gone with all replicas that had them. */
    void lost(ShardHistory history, List<Entry> entries) {}

    /** A node's group agent has had a turn. */
    void turned(Subject subject, List<Replica> replicas) {}

    /** A client asks for a put. */
    void asked(Asked asked) {}

    /** A put was answered. */
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {}

    /** A put was refused: nothing of it has happened, and nothing will. */
    void refused(Asked asked) {}

    /** A read of the past was answered. */
    void served(Cut cut, Replica by) {}

    /**
     * Everything has come to rest: all puts are answered, no fault is under way.
     *
     * @param replicas of one shard, all of its members
     */
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {}

    Violation violated(String what) {
        return new Violation(getClass().getSimpleName(), what);
    }
}
