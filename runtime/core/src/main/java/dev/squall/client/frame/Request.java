package dev.squall.client.frame;

import dev.squall.base.Key;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a client asks of a node. Payloads lie where they were received, or where the caller has. */
public sealed interface Request {

    /** When a change is answered: as its pool does by default, when ordered, when durable. */
    enum Ack {
        BY_POOL,
        ORDERED,
        DURABLE
    }

    /** A producer's number of a change; without one, the id is empty. */
    record Once(String producer, long incarnation, long sequence) {

        /** The longest id, in bytes of UTF-8. */
        public static final int PRODUCER_BYTES_MAX = 128;

        /** A change without a number. */
        public static final Once NONE = new Once("", 0, 0);
    }

    /**
     * A change of one object.
     *
     * @param expected the version that the key must have now; 0 = no object, -1 = no condition
     */
    record Put(String key, boolean delete, MemorySegment payload, Ack ack, long expected, Once once)
            implements Request {}

    /** Which version is read. */
    enum Moment {
        NEWEST,
        VERSION,
        TIME
    }

    /**
     * What the client has seen of a shard: it wants to see nothing older.
     *
     * @param shard its number
     * @param version the newest version seen there; 0 = none
     * @param time that version's time
     */
    record Seen(int shard, long version, long time) {

        /** Nothing yet. */
        public static final Seen NOTHING = new Seen(0, 0, 0);
    }

    /**
     * A read of one object.
     *
     * @param at the version or the time in microseconds since 1970
     * @param waitMillis how long to wait for that time
     */
    record Get(String key, Moment moment, long at, int waitMillis, Seen seen) implements Request {}

    /**
     * The keys of one shard under a prefix, in order.
     *
     * @param after only keys behind this one
     * @param time as of this time; {@link Long#MAX_VALUE} = now
     */
    record Keys(int shard, String prefix, String after, long time, int waitMillis, int limit)
            implements Request {

        /** The most keys of one answer: with keys of any length it is a list that fits. */
        public static final int LIMIT_MAX = Frame.LIST_BYTES_MAX / (Key.BYTES_MAX + 2) - 1;
    }

    /** Bytes for the logic bound to a key, which are stored nowhere. */
    record Trigger(String key, boolean reply, MemorySegment payload) implements Request {}

    /** Several changes, all of them or none. */
    record Batch(List<Part> parts, Ack ack, Once once) implements Request {

        /** One of them. */
        public record Part(String key, boolean delete, MemorySegment payload, long expected) {}

        public Batch {
            parts = List.copyOf(parts);
        }
    }

    /** Where a watch begins. */
    enum From {
        NOW,
        AFTER,
        FIRST
    }

    /**
     * New versions in a shard, from now on until {@link Unwatch}.
     *
     * @param version with {@link From#AFTER}, the newest that was seen
     * @param credit bytes of events that may be sent before {@link Credit} is given
     */
    record Watch(int shard, String prefix, From from, long version, long credit)
            implements Request {}

    /** More bytes of events may be sent. */
    record Credit(long bytes) implements Request {}

    /** Ends a watch. */
    record Unwatch() implements Request {}

    /** Where a pool lies. */
    record Routes(String pool) implements Request {}

    /** A sign of life is wanted. */
    record Ping() implements Request {}
}
