package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.memory.Align;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One log and one index, on which all runs of a test play, each with keys of its own: so buckets
 * are split and segments dropped under the readers all the while.
 *
 * <p>The payload of each version is its number, twice: what is read in halves differs.
 *
 * <p><b>Threads.</b> jcstress runs the one actor that writes on one thread at a time.
 */
final class Stage {

    /** What a reader says of a version of which it sees only a part. */
    static final int TORN = -1;

    private static final int SEGMENT_BYTES = 1 << 18;
    private static final int SEGMENTS_MAX = 256;
    private static final int PAYLOAD_BYTES = 16;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final AtomicLong KEYS = new AtomicLong();
    private static final Log LOG = new Log(SEGMENT_BYTES);
    private static final ShardIndex INDEX = new ShardIndex(LOG, 0);
    private static long version;

    private Stage() {}

    /** A key that nobody has used. */
    static byte[] newKey() {
        return ("/stress/" + KEYS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    }

    /** Puts a version of a key. The writer only. */
    static void put(byte[] key, int number) {
        var m = record(key, number);
        version++;
        INDEX.append(m, 0, INDEX.newest(m, 0), version, version);
        trim();
    }

    /** Puts a version of each key, at one point of the order. The writer only. */
    static void putAll(List<byte[]> keys, int number) {
        var m = batch(keys, number);
        version++;
        INDEX.appendBatch(m, 0, version, version);
        trim();
    }

    private static void trim() {
        while (LOG.tail() - LOG.first() > (long) SEGMENTS_MAX << Integer.SIZE) {
            INDEX.dropFirst();
        }
    }

    /** The number of a key's newest version; 0 = there is none. Any thread. */
    static int newest(byte[] key) {
        long location = INDEX.newest(key, key.length);
        return location == 0 ? 0 : number(location);
    }

    /** The number of the version that came a step before a key's newest; 0 = there is none. */
    static int beforeNewest(byte[] key) {
        long head = INDEX.newest(key, key.length);
        var m = head == 0 ? null : LOG.memory(head);
        if (m == null) {
            return 0;
        }
        long newest = RecordLayout.version(m, Log.offset(head));
        long found = INDEX.notAfter(head, VersionChain.By.VERSION, newest - 1);
        return found == 0 ? 0 : number(found);
    }

    private static int number(long location) {
        var m = LOG.memory(location);
        if (m == null) {
            return TORN;
        }
        long payload = RecordLayout.payloadAt(m, Log.offset(location));
        long number = m.get(LONG, payload);
        return number == m.get(LONG, payload + 8) ? (int) number : TORN;
    }

    private static MemorySegment record(byte[] key, int number) {
        int length = RecordLayout.HEADER_BYTES + key.length + PAYLOAD_BYTES;
        var m = Arena.ofAuto().allocate(RecordLayout.footprint(length), Align.RECORD_BYTES);
        RecordLayout.writeHeader(m, 0, RecordLayout.KIND_PUT, key.length, 0, PAYLOAD_BYTES);
        MemorySegment.copy(
                MemorySegment.ofArray(key), 0, m, RecordLayout.HEADER_BYTES, key.length);
        long payload = RecordLayout.payloadAt(m, 0);
        m.set(LONG, payload, number);
        m.set(LONG, payload + 8, number);
        RecordLayout.seal(m, 0);
        return m;
    }

    private static MemorySegment batch(List<byte[]> keys, int number) {
        var parts = keys.stream().map(key -> record(key, number)).toList();
        long at = BatchLayout.partsAt(0, 0);
        long length = at + parts.stream().mapToLong(MemorySegment::byteSize).sum();
        var m = Arena.ofAuto().allocate(length, Align.RECORD_BYTES);
        int payload = (int) length - RecordLayout.HEADER_BYTES;
        RecordLayout.writeHeader(m, 0, RecordLayout.KIND_BATCH, 0, 0, payload);
        BatchLayout.writeBlock(m, 0, parts.size(), BatchLayout.ROLE_PLAIN, 0, 0, 0, 0, new int[0]);
        for (var part : parts) {
            MemorySegment.copy(part, 0, m, at, part.byteSize());
            BatchLayout.writePart(m, at, at);
            at += part.byteSize();
        }
        RecordLayout.seal(m, 0);
        return m;
    }
}
