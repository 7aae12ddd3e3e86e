package dev.squall.bench.recovery;

import dev.squall.bench.member.SplitMix;
import dev.squall.log.Checkpoint;
import dev.squall.log.Disk;
import dev.squall.log.Recovery;
import dev.squall.memory.Align;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.SealedFold;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A shard on disk whose keys were put again and again, each time a random one: what lives is
 * little, what has been is much. Written and checkpointed by the classes of production.
 *
 * @param bytes of all values
 * @param liveBytes of the newest value of each key
 * @param size of a value
 */
public record History(long bytes, long liveBytes, int size) {

    static final int SHARD = 1;

    private static final int SEGMENT_BYTES = 16 << 20;

    /** Puts between two syncs. */
    private static final int GROUP = 4096;

    /** Segments between two checkpoints, as a node has them at least. */
    private static final int CHECKPOINT_SEGMENTS = 4;

    private static final long MICROS = 1_790_000_000_000_000L;

    static PoolSpec pool() {
        return new PoolSpec("bench", StoreKind.PERSISTENT, 1, 1, "", Retention.ALL, "any");
    }

    static Recovery.Recovered recover(Disk disk) throws IOException {
        return Recovery.recover(disk, SHARD, SEGMENT_BYTES, MICROS);
    }

    /** Writes it. Returns how many puts that took. */
    public long write(Disk disk) throws IOException {
        var found = recover(disk);
        var store = new ShardStore(SHARD, pool(), found.log(), (_, _, _) -> {});
        long keys = liveBytes / size;
        long puts = bytes / size;
        int covered = 1;
        try (var arena = Arena.ofConfined();
                var journal = found.journal()) {
            long longest = RecordLayout.footprint(RecordLayout.HEADER_BYTES + 64L + size);
            var record = arena.allocate(longest, Align.RECORD_BYTES);
            for (long put = 0; put < puts; put++) {
                long key = put < keys ? put : Math.floorMod(SplitMix.mix(put), keys);
                fill(record, "/bench/key-%09d".formatted(key), put);
                var _ = store.apply(record, 0, put + 1);
                if (put % GROUP == GROUP - 1) {
                    journal.persist();
                    if (journal.sealedBefore() - covered >= CHECKPOINT_SEGMENTS) {
                        covered = journal.sealedBefore();
                        checkpoint(disk, store, covered);
                    }
                }
            }
            journal.persist();
        }
        return puts;
    }

    private void fill(MemorySegment record, String key, long put) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        RecordLayout.writeHeader(record, 0, RecordLayout.KIND_PUT, name.length, 0, size);
        RecordLayout.writeRequest(record, 0, 0, RecordLayout.ANY, 0, 0);
        MemorySegment.copy(
                MemorySegment.ofArray(name), 0, record, RecordLayout.HEADER_BYTES, name.length);
        record.asSlice(RecordLayout.payloadAt(record, 0), size).fill((byte) put);
        RecordLayout.stamp(record, 0, MICROS + put);
        RecordLayout.seal(record, 0);
    }

    private static void checkpoint(Disk disk, ShardStore store, int end) throws IOException {
        var before = Checkpoint.read(disk, SHARD);
        var next = SealedFold.fold(store.log().snapshot(), end, store.pool(), before);
        Checkpoint.publish(disk, SHARD, next.write(disk, SHARD, end));
    }
}
