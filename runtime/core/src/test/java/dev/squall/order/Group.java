package dev.squall.order;

import dev.squall.fabric.Fabric;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of one shard in one thread, stepped by the test. */
final class Group {

    static final int REGION = 1;

    /** A delivered message, as its receiver saw it. */
    record Delivered(long sequence, int sender, long timestamp, String text) {}

    /** One member. */
    static final class Member implements Pipelines.Areas {

        final int rank;
        final Fabric fabric;
        final Multicast multicast;
        final List<Delivered> delivered = new ArrayList<>();

        private final DeliverySink joined;
        private @Nullable LongSend sending;

        /** Whether it makes areas for blocks. */
        boolean makesAreas = true;

        Member(int rank, MulticastLayout layout, Fabric fabric, PipelineLimits limits) {
            this.rank = rank;
            this.fabric = fabric;
            var memory = fabric.allocate(layout.bytes());
            fabric.register(REGION, memory);
            joined = new Fragments(layout.members(), this::take);
            multicast = new Multicast(layout, memory, rank, this::arrived, limits, this);
        }

        private void arrived(long sequence, int sender, MemorySegment m, long at) {
            if (RecordLayout.kind(m, at) != RecordLayout.KIND_BLOCKS) {
                joined.deliver(sequence, sender, m, at);
                return;
            }
            multicast
                    .pipelines()
                    .deliver(
                            sender,
                            m,
                            at,
                            (area, place) -> {
                                long room = area.byteSize() - place;
                                if (!RecordLayout.valid(area, place, room)) {
                                    throw new IllegalStateException("not what was sent");
                                }
                            },
                            (area, place) -> take(sequence, sender, area, place));
        }

        @Override
        public @Nullable MemorySegment open(int sender, long bytes) {
            if (!makesAreas) {
                return null;
            }
            var memory = fabric.allocate(bytes);
            fabric.register(region(sender), memory);
            return memory;
        }

        @Override
        public int region(int sender) {
            return REGION + 1 + sender;
        }

        /** Begins, or goes on, to send a long record. Returns whether it is through. */
        boolean sendLong(String text) {
            var record = Records.put("/k", text);
            int length = RecordLayout.length(record, 0);
            var under = sending;
            if (under == null) {
                boolean inBlocks = multicast.pipelines().takes(length);
                under = inBlocks ? multicast.pipelines().begin(length) : new LongRecord(length);
                if (under == null) {
                    return false;
                }
                MemorySegment.copy(record, 0, under.memory(), under.at(), length);
                sending = under;
            }
            long stamp = multicast.nextSequence();
            if (!under.send(multicast, stamp)) {
                return false;
            }
            under.close();
            sending = null;
            return true;
        }

        private void take(long sequence, int sender, MemorySegment m, long at) {
            delivered.add(
                    new Delivered(
                            sequence, sender, RecordLayout.timestamp(m, at), Records.text(m, at)));
        }

        /** Sends a text, or says that the ring is full. */
        boolean send(String text) {
            return send(Records.put("/k", text));
        }

        boolean send(MemorySegment record) {
            int length = RecordLayout.length(record, 0);
            long at = multicast.reserve(length);
            if (at < 0) {
                return false;
            }
            MemorySegment.copy(record, 0, multicast.memory(), at, length);
            RecordLayout.stamp(multicast.memory(), at, multicast.nextSequence());
            multicast.commit(length);
            return true;
        }

        List<String> texts() {
            return delivered.stream().map(Delivered::text).toList();
        }
    }

    final MemoryFabric fabric;
    final List<Member> members = new ArrayList<>();

    Group(int count, int ringBytes, int writesMax) {
        this(new MulticastLayout(count, ringBytes), writesMax);
    }

    Group(MulticastLayout layout, int writesMax) {
        this(layout, writesMax, PipelineLimits.NONE);
    }

    Group(MulticastLayout layout, int writesMax, PipelineLimits limits) {
        fabric = new MemoryFabric(writesMax);
        int count = layout.members();
        for (int r = 0; r < count; r++) {
            members.add(new Member(r, layout, fabric.end(r), limits));
        }
    }

    Member member(int rank) {
        return members.get(rank);
    }

    /** One member's turn: what came, what can be delivered, what is to be told. */
    int turn(int rank) {
        var m = member(rank).multicast;
        int work = m.receive() + m.deliver();
        for (int r = 0; r < members.size(); r++) {
            if (r != rank) {
                m.push(member(rank).fabric, r, r, REGION);
            }
        }
        return work;
    }

    /** Lets everything arrive and everybody take turns until nothing moves any more. */
    void settle() {
        int quiet = 0;
        while (quiet < 3) {
            int work = 0;
            for (int r = 0; r < members.size(); r++) {
                work += turn(r);
                for (int to = 0; to < members.size(); to++) {
                    fabric.arrive(r, to, Integer.MAX_VALUE);
                }
            }
            quiet = work == 0 ? quiet + 1 : 0;
        }
    }
}
