package dev.squall.order;

import dev.squall.fabric.Fabric;
import dev.squall.fabric.Peer;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A network inside a test: writes wait in a queue per pair of members until the test lets them
 * arrive, in order, as many as it likes. One thread.
 */
final class MemoryFabric {

    private record Write(int region, long target, MemorySegment bytes) {}

    private record Way(int from, int to) {}

    private final int writesMax;
    private final Map<Integer, Map<Integer, MemorySegment>> memories = new HashMap<>();
    private final Map<Way, ArrayDeque<Write>> ways = new HashMap<>();
    private final Map<Integer, Long> written = new HashMap<>();

    /**
     * @param writesMax how many writes may be under way from one member to another
     */
    MemoryFabric(int writesMax) {
        this.writesMax = writesMax;
    }

    Fabric end(int member) {
        return new End(member);
    }

    private ArrayDeque<Write> way(int from, int to) {
        return ways.computeIfAbsent(new Way(from, to), _ -> new ArrayDeque<>());
    }

    /** Lets the oldest writes on a way arrive, at most this many. */
    void arrive(int from, int to, int count) {
        var way = way(from, to);
        for (int i = 0; i < count && !way.isEmpty(); i++) {
            var write = way.remove();
            var region = memories.getOrDefault(to, Map.of()).get(write.region());
            if (region == null) {
                throw new IllegalStateException("member " + to + " has no " + write.region());
            }
            long length = write.bytes().byteSize();
            MemorySegment.copy(write.bytes(), 0, region, write.target(), length);
        }
    }

    /** Bytes that a member has written so far. */
    long written(int member) {
        return written.getOrDefault(member, 0L);
    }

    private final class End implements Fabric {

        private final int member;

        End(int member) {
            this.member = member;
        }

        @Override
        public void register(int region, MemorySegment memory) {
            memories.computeIfAbsent(member, _ -> new HashMap<>()).put(region, memory);
        }

        @Override
        public void unregister(int region) {
            memories.getOrDefault(member, new HashMap<>()).remove(region);
        }

        @Override
        public boolean write(
                int peer, int region, MemorySegment source, long from, long target, long length) {
            var way = way(member, peer);
            if (way.size() == writesMax) {
                return false;
            }
            var bytes = MemorySegment.ofArray(new byte[(int) length]);
            MemorySegment.copy(source, from, bytes, 0, length);
            way.add(new Write(region, target, bytes));
            written.merge(member, length, Long::sum);
            return true;
        }

        @Override
        public int poll() {
            return 0;
        }

        @Override
        public int flush() {
            return 0;
        }

        @Override
        public void await(long nanosMax, BooleanSupplier work) {}

        @Override
        public void wake() {}

        @Override
        public void introduce(Peer peer) {}

        @Override
        public void forget(int peer) {}

        @Override
        public void drop(int peer) {}

        @Override
        public void close() {}
    }
}
