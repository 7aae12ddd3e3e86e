package dev.squall.sim;

import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.store.BulkLayout;
import dev.squall.store.Outcome;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A client's object that comes in chunks, one after the other, each through whichever member; then
 * the manifest. Sometimes the client goes on the way, with or without a word. When a chunk is not
 * answered, the upload ends there.
 */
final class BulkUpload {

    private static final int CHUNKS_MAX = 5;
    private static final double LEFT = 0.15;
    private static final double GIVEN_UP = 0.15;

    /** How the client puts. */
    interface Way {
        void put(Put put, Consumer<PutAnswer> then);
    }

    private final Chance chance;
    private final Put put;
    private final StoreKind store;
    private final Way way;
    private final byte[] bytes;
    private final int chunkBytes;
    private final long id;
    private final long[] versions;
    private long touched;

    /**
     * @param put what is to become of it, but for the bytes
     * @param store what its pool does with it
     * @param bytesMax the most that it may have
     */
    BulkUpload(Chance chance, Put put, StoreKind store, int bytesMax, Way way) {
        this.chance = chance;
        this.put = put;
        this.store = store;
        this.way = way;
        this.bytes = chance.bytes((int) chance.scaled(1, bytesMax));
        int chunks = Math.min(chance.between(1, CHUNKS_MAX), bytes.length);
        this.chunkBytes = (bytes.length + chunks - 1) / chunks;
        this.versions = new long[(bytes.length + chunkBytes - 1) / chunkBytes];
        this.id = chance.between(1L, Long.MAX_VALUE - 1);
    }

    void begin() {
        send(0);
    }

    private void send(int index) {
        if (index == versions.length) {
            finish();
            return;
        }
        if (index > 0 && chance.with(GIVEN_UP / versions.length)) {
            way.put(chunk(BulkLayout.GIVEN_UP, new byte[0]), _ -> {});
            return;
        }
        if (chance.with(LEFT / versions.length)) {
            return;
        }
        int from = index * chunkBytes;
        int to = Math.min(bytes.length, from + chunkBytes);
        way.put(
                chunk(index, Arrays.copyOfRange(bytes, from, to)),
                answer -> {
                    if (answer.outcome() instanceof Outcome.Stored(long version, long time)) {
                        versions[index] = version;
                        touched = Math.max(touched, time);
                        send(index + 1);
                    }
                });
    }

    private Put chunk(int index, byte[] part) {
        var payload = new byte[BulkLayout.CHUNK_HEADER_BYTES + part.length];
        BulkLayout.writeChunk(MemorySegment.ofArray(payload), id, index);
        System.arraycopy(part, 0, payload, BulkLayout.CHUNK_HEADER_BYTES, part.length);
        return Put.chunk(put.key(), store, MemorySegment.ofArray(payload));
    }

    private void finish() {
        var crc = new CRC32C();
        crc.update(bytes);
        var manifest =
                BulkLayout.manifest(
                        id, bytes.length, chunkBytes, (int) crc.getValue(), touched, versions);
        way.put(put.manifest(manifest), _ -> {});
    }
}
