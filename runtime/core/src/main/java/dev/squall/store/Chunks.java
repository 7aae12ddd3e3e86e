package dev.squall.store;

import dev.squall.base.Version;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of a shard's bulk objects lie. A bulk object comes as a series of ordinary
 * ordered records, its chunks, which nobody sees; then a manifest, an ordinary put at the object's
 * key, makes it an object at one point of the order.
 *
 * <p>Chunks without a manifest are kept for {@link #ABANDONED_MICROS} behind the last of them, by
 * the times in the log. Then, or when the upload is given up, they are forgotten, and so are those
 * of a manifest that is forgotten: their memory goes with the segments in which nothing is needed
 * any more. All of it follows from the order alone, so that replicas agree; but which chunks are
 * still in the log may differ, and decides nothing but whether they can be read.
 *
 * <p><b>Threads.</b> One writer, the shard's owner; {@link #location} by anybody.
 */
final class Chunks {

    /** What has come of an upload is kept for so long after its youngest chunk: 10 minutes. */
    static final long ABANDONED_MICROS = 600_000_000L;

    private static final int FIRST_CAPACITY = 4;

    /** Told of each chunk that is forgotten. */
    interface Forgotten {
        void chunk(long location);
    }

    private static final class Upload {
        volatile long[] locations = new long[FIRST_CAPACITY];
        long touched;
    }

    private final Map<Long, Upload> uploads = new ConcurrentHashMap<>();

    /** Those without a manifest, the one that has been silent for the longest first. */
    private final LinkedHashMap<Long, Upload> open = new LinkedHashMap<>();

    private long made;

    /** Whether a record is a part of an upload rather than a version of its key. */
    static boolean isChunk(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_CHUNK;
    }

    /** Whether a record makes an object of the chunks of an upload. */
    static boolean isManifest(MemorySegment m, long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_MANIFEST;
    }

    /**
     * A chunk, or the end of its upload, stands in the log.
     *
     * @return whether it is a chunk, which counts as needed from now on
     */
    boolean remember(MemorySegment m, long at, long location, long timestamp, Forgotten forgotten) {
        long payload = RecordLayout.payloadAt(m, at);
        long id = BulkLayout.chunkUpload(m, payload);
        int index = BulkLayout.chunkIndex(m, payload);
        if (index == BulkLayout.GIVEN_UP) {
            if (open.remove(id) != null) {
                forget(id, forgotten);
            }
            return false;
        }
        var upload = uploads.computeIfAbsent(id, _ -> new Upload());
        var locations = upload.locations;
        locations = Arrays.copyOf(locations, Math.max(locations.length, index + 1));
        if (locations[index] != 0) {
            forgotten.chunk(locations[index]); // taken over once more
        }
        locations[index] = location;
        upload.locations = locations;
        upload.touched = timestamp;
        open.remove(id);
        open.put(id, upload);
        return true;
    }

    /** A manifest stands in the log: its chunks are an object. */
    void adopt(MemorySegment m, long at) {
        open.remove(BulkLayout.upload(m, RecordLayout.payloadAt(m, at)));
    }

    /** A manifest is forgotten. */
    void forget(MemorySegment m, long at, Forgotten forgotten) {
        forget(BulkLayout.upload(m, RecordLayout.payloadAt(m, at)), forgotten);
    }

    /** The log has come to a time: what was abandoned before is forgotten. */
    void expire(long micros, Forgotten forgotten) {
        while (!open.isEmpty()) {
            var eldest = open.firstEntry();
            if (eldest.getValue().touched + ABANDONED_MICROS >= micros) {
                return;
            }
            open.pollFirstEntry();
            forget(eldest.getKey(), forgotten);
        }
    }

    /** The shard was made, or began anew, in this view: what was in it before is lost. */
    void madeIn(long view) {
        made = view;
    }

    /**
     * Whether a manifest comes too late for its chunks: they were forgotten, or lost with a shard
     * that has begun anew. By its own word, so that all replicas agree whichever of them they still
     * have.
     */
    boolean late(MemorySegment m, long at, long micros) {
        if (!isManifest(m, at)) {
            return false;
        }
        long payload = RecordLayout.payloadAt(m, at);
        boolean late = BulkLayout.touched(m, payload) + ABANDONED_MICROS < micros;
        for (int i = 0; i < BulkLayout.chunks(m, payload) && !late; i++) {
            late = Version.view(BulkLayout.version(m, payload, i)) < made;
        }
        return late;
    }

    private void forget(long id, Forgotten forgotten) {
        var upload = uploads.remove(id);
        if (upload != null) {
            for (long location : upload.locations) {
                if (location != 0) {
                    forgotten.chunk(location);
                }
            }
        }
    }

    /** The log begins with this location now. */
    void forgetBefore(long first) {
        uploads.entrySet()
                .removeIf(entry -> {
                    boolean gone = !forgetBefore(entry.getValue(), first);
                    if (gone) {
                        open.remove(entry.getKey());
                    }
                    return gone;
                });
    }

    /** Returns whether anything is left. */
    private static boolean forgetBefore(Upload upload, long first) {
        var kept = upload.locations.clone();
        boolean any = false;
        for (int i = 0; i < kept.length; i++) {
            kept[i] = kept[i] < first ? 0 : kept[i];
            any |= kept[i] != 0;
        }
        upload.locations = kept;
        return any;
    }

    /**
     * Writes what is known: {@code uploads i32}, each: {@code id i64, touched i64, open i32, chunks
     * i32}, each chunk: {@code index i32, location i64}. Those without a manifest come last, the
     * one that has been silent for the longest first.
     */
    void write(IndexState.Writer state) {
        state.putInt(uploads.size());
        var whole = new TreeMap<>(uploads);
        whole.keySet().removeAll(open.keySet());
        whole.forEach((id, upload) -> write(state, id, upload, 0));
        open.forEach((id, upload) -> write(state, id, upload, 1));
    }

    private static void write(IndexState.Writer state, long id, Upload upload, int isOpen) {
        state.putLong(id);
        state.putLong(upload.touched);
        state.putInt(isOpen);
        state.putInt((int) Arrays.stream(upload.locations).filter(l -> l != 0).count());
        for (int i = 0; i < upload.locations.length; i++) {
            if (upload.locations[i] != 0) {
                state.putInt(i);
                state.putLong(upload.locations[i]);
            }
        }
    }

    /** Reads what {@link #write} wrote; nothing was known before. */
    void read(IndexState.Reader state) {
        for (int left = state.getInt(); left > 0; left--) {
            long id = state.getLong();
            var upload = new Upload();
            upload.touched = state.getLong();
            boolean isOpen = state.getInt() == 1;
            for (int chunks = state.getInt(); chunks > 0; chunks--) {
                int index = state.getInt();
                var locations = upload.locations;
                locations = Arrays.copyOf(locations, Math.max(locations.length, index + 1));
                locations[index] = state.getLong();
                upload.locations = locations;
            }
            uploads.put(id, upload);
            if (isOpen) {
                open.put(id, upload);
            }
        }
    }

    /** Where a chunk lies, or 0 when it is not kept. */
    long location(long id, int index) {
        var upload = upload(id);
        var locations = upload == null ? null : upload.locations;
        return locations == null || index >= locations.length ? 0 : locations[index];
    }

    private @Nullable Upload upload(long id) {
        return uploads.get(id);
    }
}
