package dev.squall.client.frame;

import dev.squall.base.Failure;
import dev.squall.store.ReadResult;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a node says to a client. Payloads lie in the log, or where they were received. */
public sealed interface Answer {

    /**
     * The client is let in.
     *
     * @param node who speaks
     * @param guest a name that no other client of the cluster has, now or later
     * @param view the node's view
     * @param objectBytes the largest object
     * @param requests how many may be under way on this connection
     */
    record Welcome(int node, String guest, long view, int objectBytes, int requests)
            implements Answer {

        /** The longest guest's name, in bytes. */
        public static final int NAME_BYTES_MAX = 64;
    }

    /** A change stands. */
    record Stored(int shard, long version, long timestamp, boolean repeated) implements Answer {}

    /** The key is not at the version that was required, but at this; 0 = there is no object. */
    record Mismatch(long newest) implements Answer {}

    /** There was nothing to delete. */
    record Absent() implements Answer {}

    /** The producer's number is too old to say what became of it. */
    record Stale(long incarnation, long sequence) implements Answer {}

    /** An object. */
    record Found(int shard, long version, long timestamp, MemorySegment payload)
            implements Answer {}

    /** No object, and why. */
    record Missing(ReadResult.Why why) implements Answer {}

    /** Keys, in order. */
    record KeyList(List<String> keys, boolean more) implements Answer {
        public KeyList {
            keys = List.copyOf(keys);
        }
    }

    /** What logic has answered, if it has. */
    record Replied(boolean given, MemorySegment payload) implements Answer {}

    /** A batch stands, at one time. */
    record Batched(long timestamp, List<Share> shares) implements Answer {
        /** The version that its keys in a shard have. */
        public record Share(int shard, long version) {}

        public Batched {
            shares = List.copyOf(shares);
        }
    }

    /** A member and where it listens. */
    record Address(int node, String host, int port) {}

    /**
     * Where a pool lies.
     *
     * @param affinity its affinity expression
     * @param shards one for each index
     */
    record Routed(
            String pool,
            StoreKind kind,
            String affinity,
            long view,
            List<Address> members,
            List<Place> shards)
            implements Answer {

        /** Who holds a shard, and who of them take changes. */
        public record Place(int shard, List<Integer> members, List<Integer> senders) {
            public Place {
                members = List.copyOf(members);
                senders = List.copyOf(senders);
            }
        }

        public Routed {
            members = List.copyOf(members);
            shards = List.copyOf(shards);
        }
    }

    /** This node does not do it; one of these does. */
    record Elsewhere(List<Integer> members) implements Answer {
        public Elsewhere {
            members = List.copyOf(members);
        }
    }

    /** Not done, and why; the kind says what is known. */
    record Failed(Failure.Kind kind, String message) implements Answer {}

    /** A sign of life. */
    record Pong(long view) implements Answer {}

    /**
     * A new version of a key that is watched.
     *
     * @param last whether nothing of this version follows, as more parts of a batch would
     * @param size the object's bytes, when they are not sent along: 0 or more; else -1
     */
    record Event(
            int shard,
            long version,
            long timestamp,
            boolean deleted,
            boolean last,
            long size,
            String key,
            MemorySegment payload)
            implements Answer {}

    /** A watch has come so far; nothing that it wants was in between. */
    record Passed(int shard, long version) implements Answer {}

    /**
     * Versions behind {@code after} and up to {@code through} were dropped before they were read.
     */
    record Trimmed(int shard, long after, long through) implements Answer {}
}
