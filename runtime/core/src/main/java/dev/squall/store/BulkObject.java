package dev.squall.store;

import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A bulk object as its readers see it: a number of chunks, each read in place in the log when its
 * turn comes. Nothing is held meanwhile, so that retention may drop what has not been read yet.
 *
 * @param reads of the shard that holds it
 * @param manifest its version, see {@link StoredObject#bulk()}
 */
public record BulkObject(ShardReads reads, StoredObject manifest) {

    public BulkObject(ShardStore store, StoredObject manifest) {
        this(store.reads(), manifest);
    }

    private long payload() {
        return RecordLayout.payloadAt(manifest.memory(), manifest.at());
    }

    /** Bytes of the whole object. */
    public long size() {
        return BulkLayout.size(manifest.memory(), payload());
    }

    /** CRC32C of the whole object. */
    public int crc() {
        return BulkLayout.crc(manifest.memory(), payload());
    }

    /** How many chunks it has. */
    public int chunks() {
        return BulkLayout.chunks(manifest.memory(), payload());
    }

    /** The chunk in which a byte lies. */
    public int chunkOf(long offset) {
        return (int) (offset / BulkLayout.chunkSize(manifest.memory(), payload()));
    }

    /** The first byte of a chunk. */
    public long begin(int chunk) {
        return (long) chunk * BulkLayout.chunkSize(manifest.memory(), payload());
    }

    /** The version that a chunk has in the shard's order. */
    public long version(int chunk) {
        return BulkLayout.version(manifest.memory(), payload(), chunk);
    }

    /** A chunk's bytes in the log, or null when it has been dropped. */
    public @Nullable MemorySegment chunk(int index) {
        return reads.chunk(BulkLayout.upload(manifest.memory(), payload()), index);
    }

    /** Whether all of it is kept. */
    public boolean whole() {
        for (int i = 0; i < chunks(); i++) {
            if (!reads.keepsChunk(BulkLayout.upload(manifest.memory(), payload()), i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Copies a range of the object.
     *
     * @param from the first byte
     * @param into takes as many bytes as it is long, or as there are
     * @return how many bytes were copied
     * @throws IllegalStateException when some of it has been dropped
     */
    public long read(long from, MemorySegment into) {
        if (from < 0 || from > size()) {
            throw new IllegalArgumentException(
                    "%s has %d bytes; byte %d is none of them"
                            .formatted(manifest.key(), size(), from));
        }
        long end = Math.min(size(), from + into.byteSize());
        for (long at = from; at < end; ) {
            int index = chunkOf(at);
            var bytes = chunk(index);
            if (bytes == null) {
                throw new IllegalStateException(
                        "%s, version %d: chunk %d was dropped by retention, or is damaged here"
                                .formatted(manifest.key(), manifest.version(), index));
            }
            long offset = at - begin(index);
            long length = Math.min(end - at, bytes.byteSize() - offset);
            MemorySegment.copy(
                    bytes,
                    ValueLayout.JAVA_BYTE,
                    offset,
                    into,
                    ValueLayout.JAVA_BYTE,
                    at - from,
                    length);
            at += length;
        }
        return end - from;
    }
}
