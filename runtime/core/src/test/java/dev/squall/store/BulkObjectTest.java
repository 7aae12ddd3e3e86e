package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Version;
import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Objects that come in chunks: when they are there, and when their chunks go. */
class BulkObjectTest {

    private static final int SEGMENT = 4096;
    private static final int CHUNK = 1000;
    private static final String KEY = "/p/large";

    private final Random random = new Random(11);
    private final Log log = new Log(SEGMENT);
    private final List<Long> told = new ArrayList<>();
    private ShardStore store = store(Retention.ALL);
    private long version;
    private long now = 1000;

    private ShardStore store(Retention retention) {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 1, 1, "", retention, "any");
        return new ShardStore(1, pool, log, (_, _, object) -> told.add(object.version()));
    }

    private Outcome apply(int kind, String key, byte[] payload) {
        var m = Records.of(kind, key, "", payload);
        RecordLayout.writeRequest(m, 0, 0, RecordLayout.ANY, 0, 0);
        RecordLayout.stamp(m, 0, now++);
        return store.apply(m, 0, ++version);
    }

    private Outcome put(String key, int size) {
        return apply(RecordLayout.KIND_PUT, key, new byte[size]);
    }

    private Outcome.Stored chunk(long upload, int index, byte[] bytes, int from, int length) {
        var payload = new byte[BulkLayout.CHUNK_HEADER_BYTES + length];
        BulkLayout.writeChunk(MemorySegment.ofArray(payload), upload, index);
        System.arraycopy(bytes, from, payload, BulkLayout.CHUNK_HEADER_BYTES, length);
        return assertInstanceOf(Outcome.Stored.class, apply(RecordLayout.KIND_CHUNK, KEY, payload));
    }

    private void giveUp(long upload) {
        chunk(upload, BulkLayout.GIVEN_UP, new byte[0], 0, 0);
    }

    /** Sends the chunks. Returns the manifest. */
    private byte[] upload(long upload, byte[] bytes) {
        int chunks = (bytes.length + CHUNK - 1) / CHUNK;
        var versions = new long[chunks];
        long touched = 0;
        for (int i = 0; i < chunks; i++) {
            int length = Math.min(CHUNK, bytes.length - i * CHUNK);
            var stored = chunk(upload, i, bytes, i * CHUNK, length);
            versions[i] = stored.version();
            touched = stored.timestamp();
        }
        var crc = new CRC32C();
        crc.update(bytes);
        return BulkLayout.manifest(
                        upload, bytes.length, CHUNK, (int) crc.getValue(), touched, versions)
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private long putBulk(long upload, byte[] bytes) {
        var outcome = apply(RecordLayout.KIND_MANIFEST, KEY, upload(upload, bytes));
        return assertInstanceOf(Outcome.Stored.class, outcome).version();
    }

    private byte[] bytes(int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] read(ReadResult result) {
        var object = assertInstanceOf(ReadResult.Found.class, result).object();
        var bulk = new BulkObject(store, object);
        var into = new byte[(int) object.length()];
        assertEquals(into.length, bulk.read(0, MemorySegment.ofArray(into)));
        var crc = new CRC32C();
        crc.update(into);
        assertEquals((int) crc.getValue(), bulk.crc());
        return into;
    }

    private static ReadResult.Why why(ReadResult result) {
        return assertInstanceOf(ReadResult.Missing.class, result).why();
    }

    @Test
    void itIsThereAtOnePointOfTheOrder() {
        var first = bytes(3 * CHUNK + 7);
        var manifest = upload(1, first);
        assertEquals(ReadResult.Why.NO_KEY, why(store.get(KEY)));
        assertEquals(List.of(), store.keys("/", "", Long.MAX_VALUE, 10));
        assertEquals(List.of(), told);
        apply(RecordLayout.KIND_MANIFEST, KEY, manifest);
        assertEquals(List.of(version), told);
        long at = now - 1;
        assertArrayEquals(first, read(store.get(KEY)));
        assertEquals(List.of(KEY), store.keys("/", "", Long.MAX_VALUE, 10));

        put(KEY, 5);
        var second = bytes(CHUNK);
        long last = putBulk(2, second);
        apply(RecordLayout.KIND_DELETE, KEY, new byte[0]);
        assertEquals(ReadResult.Why.DELETED, why(store.get(KEY)));
        assertArrayEquals(first, read(store.getAt(KEY, at)));
        assertArrayEquals(second, read(store.getVersion(KEY, last)));
        var sizes = store.history(KEY, 0, Long.MAX_VALUE, 10).stream().map(StoredObject::length);
        assertEquals(List.of((long) first.length, 5L, (long) CHUNK, 0L), sizes.toList());

        store = store(Retention.ALL);
        store.recover(null);
        assertArrayEquals(first, read(store.getAt(KEY, at)));
        assertArrayEquals(second, read(store.getVersion(KEY, last)));
    }

    @Test
    void anyRangeCanBeRead() {
        var whole = bytes(5 * CHUNK - 1);
        putBulk(1, whole);
        var object = assertInstanceOf(ReadResult.Found.class, store.get(KEY)).object();
        var bulk = new BulkObject(store, object);
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(whole.length + 1);
            var into = new byte[random.nextInt(2 * CHUNK)];
            int expected = Math.min(into.length, whole.length - from);
            assertEquals(expected, bulk.read(from, MemorySegment.ofArray(into)));
            for (int k = 0; k < expected; k++) {
                assertEquals(whole[from + k], into[k]);
            }
        }
        var none = MemorySegment.ofArray(new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> bulk.read(whole.length + 1, none));
    }

    /** Chunks that nothing refers to do not keep the log: after a time, or at once when told. */
    @Test
    void anAbandonedUploadIsForgotten() {
        store = store(new Retention(100, 0, 0));
        upload(1, bytes(3 * CHUNK));
        upload(2, bytes(3 * CHUNK));
        giveUp(2);
        long first = log.first();
        put("/p/other", CHUNK);
        assertEquals(first, log.first(), "upload 1 may still become an object");
        now += Chunks.ABANDONED_MICROS;
        put("/p/other", CHUNK);
        assertTrue(log.first() > first, "nothing is needed of the oldest segment");
        assertEquals(null, store.reads().chunk(1, 0));
        assertEquals(null, store.reads().chunk(2, 0));
    }

    /** Where nothing ever goes, replicas are filled from each other's logs as they stand. */
    @Test
    void aPoolThatKeepsEverythingKeepsItsLog() {
        upload(1, bytes(6 * CHUNK));
        giveUp(1);
        long first = log.first();
        put("/p/other", CHUNK);
        assertEquals(first, log.first());
        assertEquals(null, store.reads().chunk(1, 0));
    }

    /** Late is what its own word says is late, whatever a replica still has. */
    @Test
    void aManifestThatComesTooLateIsRefused() {
        var manifest = upload(1, bytes(CHUNK));
        now += Chunks.ABANDONED_MICROS + 10;
        assertEquals(new Outcome.Absent(), apply(RecordLayout.KIND_MANIFEST, KEY, manifest));
        assertEquals(ReadResult.Why.NO_KEY, why(store.get(KEY)));
        var again = store(Retention.ALL);
        assertEquals(
                new Outcome.Absent(),
                again.apply(manifestRecord(manifest), 0, ++version),
                "by a replica that has never seen its chunks");
    }

    /** A volatile shard whose members were all lost has none of the chunks that came before. */
    @Test
    void aManifestFromBeforeTheShardBeganAnewIsRefused() {
        store.madeIn(1);
        version = Version.of(1, 0);
        var manifest = upload(1, bytes(2 * CHUNK));
        var again = store(Retention.ALL);
        again.madeIn(2);
        long first = Version.of(2, 1);
        assertEquals(new Outcome.Absent(), again.apply(manifestRecord(manifest), 0, first));
        assertInstanceOf(Outcome.Stored.class, apply(RecordLayout.KIND_MANIFEST, KEY, manifest));
    }

    private MemorySegment manifestRecord(byte[] manifest) {
        var m = Records.of(RecordLayout.KIND_MANIFEST, KEY, "", manifest);
        RecordLayout.stamp(m, 0, now);
        return m;
    }

    @Test
    void whatRetentionDroppedInPartIsTrimmed() {
        store = store(new Retention(0, 2 * SEGMENT, 0));
        long bulk = putBulk(1, bytes(5 * CHUNK));
        while (store.reads().chunk(1, 0) != null) {
            put("/p/other", CHUNK);
        }
        assertEquals(ReadResult.Why.TRIMMED, why(store.getVersion(KEY, bulk)));
        assertEquals(List.of("/p/other"), store.keys("/", "", Long.MAX_VALUE, 10));
    }

    @Test
    void aForgottenVersionTakesItsChunksAlong() {
        store = store(new Retention(1, 0, 0));
        putBulk(1, bytes(6 * CHUNK));
        long first = log.first();
        long newest = putBulk(2, bytes(6 * CHUNK));
        assertEquals(null, store.reads().chunk(1, 0));
        assertTrue(log.first() > first, "the segments of the first go");
        assertEquals(6 * CHUNK, read(store.getVersion(KEY, newest)).length);
    }
}
