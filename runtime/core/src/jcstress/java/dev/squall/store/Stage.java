package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final AtomicLong KEYS = new AtomicLong();
    private static final AtomicLong RUNS = new AtomicLong();
    private static final Log LOG = new Log(SEGMENT_BYTES);
    private static final ShardIndex INDEX = new ShardIndex(LOG, Retention.ALL);
    private static long version;

    private Stage() {}

    /** A key that nobody has used. */
    static byte[] newKey() {
        return ("/stress/" + KEYS.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
    }

    /** The same keys, forwards in one run and backwards in the next. */
    static List<byte[]> eitherWay(List<byte[]> keys) {
        return RUNS.incrementAndGet() % 2 == 0 ? keys : keys.reversed();
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
        var m = Records.batch(keys.stream().map(key -> record(key, number)).toList());
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
        long found = INDEX.notAfter(new byte[0], 0, head, VersionChain.By.VERSION, newest - 1);
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
        var payload = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.nativeOrder());
        payload.putLong(number).putLong(number);
        return Records.put(new String(key, StandardCharsets.UTF_8), payload.array());
    }
}
