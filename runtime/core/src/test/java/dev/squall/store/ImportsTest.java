package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Version;
import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a shard takes over from another one. */
class ImportsTest {

    private static final int SOURCE = 7;
    private static final int SEGMENT_BYTES = 1 << 16;
    private static final long BOUNDARY = 5000;
    private static final PoolSpec POOL =
            new PoolSpec("p", StoreKind.VOLATILE, 2, 1, "", Retention.ALL, "any");

    private final ShardStore from =
            new ShardStore(SOURCE, POOL, new Log(SEGMENT_BYTES), (_, _, _) -> {});
    private final ShardStore to = new ShardStore(9, POOL, new Log(SEGMENT_BYTES), (_, _, _) -> {});
    private long sequence;

    private static MemorySegment record(int kind, String key, String producer, long number) {
        byte[] k = key.getBytes(StandardCharsets.UTF_8);
        byte[] p = producer.getBytes(StandardCharsets.UTF_8);
        var m = Arena.ofAuto().allocate(512, 32);
        RecordLayout.writeHeader(m, 0, kind, k.length, p.length, 0);
        long at = RecordLayout.HEADER_BYTES;
        MemorySegment.copy(k, 0, m, ValueLayout.JAVA_BYTE, at, k.length);
        MemorySegment.copy(p, 0, m, ValueLayout.JAVA_BYTE, at + k.length, p.length);
        RecordLayout.writeRequest(m, 0, 0, RecordLayout.ANY, 1, number);
        RecordLayout.stamp(m, 0, 1000);
        RecordLayout.seal(m, 0);
        return m;
    }

    private static MemorySegment put(String key) {
        return record(RecordLayout.KIND_PUT, key, "", 0);
    }

    private static MemorySegment delete(String key) {
        return record(RecordLayout.KIND_DELETE, key, "", 0);
    }

    private Outcome apply(ShardStore store, long view, MemorySegment record) {
        return store.apply(record, 0, Version.of(view, sequence++));
    }

    private Outcome carry(MemorySegment record, long version, long timestamp) {
        var m = Arena.ofAuto().allocate(4096, 32);
        MemorySegment.copy(record, 0, m, 0, Math.min(record.byteSize(), 4096));
        RecordLayout.writeImport(m, 0, SOURCE, version, timestamp);
        RecordLayout.seal(m, 0);
        return apply(to, 2, m);
    }

    private Outcome carry(StoredObject object) {
        int length = RecordLayout.length(object.memory(), object.at());
        var slice = object.memory().asSlice(object.at(), length);
        return carry(slice, object.version(), object.timestamp());
    }

    private StoredObject newest(ShardStore store, String key) {
        return Objects.requireNonNull(store.reads().newestAt(key, Long.MAX_VALUE));
    }

    @Test
    void aKeyKeepsItsVersionAndTimeAndIsNewToNobody() {
        apply(from, 1, put("/p/a"));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        var old = newest(from, "/p/a");
        assertInstanceOf(Outcome.Stored.class, carry(old));
        var now = newest(to, "/p/a");
        assertEquals(old.version(), now.version());
        assertEquals(old.timestamp(), now.timestamp());
        assertEquals(0, to.puts());
        assertEquals(1, to.imports().count());
        var next = assertInstanceOf(Outcome.Stored.class, apply(to, 2, put("/p/a")));
        assertTrue(next.timestamp() > BOUNDARY, "the new map begins after " + BOUNDARY);
        assertEquals(2, to.history("/p/a", 0, Long.MAX_VALUE, 10).size());
    }

    @Test
    void whatIsNewerHereStays() {
        apply(from, 1, put("/p/a"));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        apply(to, 2, put("/p/a"));
        long newest = newest(to, "/p/a").version();
        assertInstanceOf(Outcome.Absent.class, carry(newest(from, "/p/a")));
        assertEquals(newest, newest(to, "/p/a").version());
    }

    @Test
    void nothingComesTwiceOrUnaskedOrAfterTheEnd() {
        apply(from, 1, put("/p/a"));
        apply(from, 1, put("/p/b"));
        assertInstanceOf(Outcome.Absent.class, carry(newest(from, "/p/a")));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        assertInstanceOf(Outcome.Stored.class, carry(newest(from, "/p/a")));
        assertInstanceOf(Outcome.Absent.class, carry(newest(from, "/p/a")));
        assertFalse(to.imports().done(SOURCE));
        carry(Imports.moved(), 0, 0);
        assertTrue(to.imports().done(SOURCE));
        assertInstanceOf(Outcome.Absent.class, carry(newest(from, "/p/b")));
        assertNull(to.reads().newestAt("/p/b", Long.MAX_VALUE));
    }

    @Test
    void aDeleteComesOnlyWhereSomethingOlderIs() {
        apply(to, 1, put("/p/a"));
        apply(from, 1, put("/p/a"));
        apply(from, 1, delete("/p/a"));
        apply(from, 1, put("/p/b"));
        apply(from, 1, delete("/p/b"));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        carry(newest(from, "/p/a"));
        assertTrue(newest(to, "/p/a").deleted(), "it would have come back");
        assertInstanceOf(Outcome.Absent.class, carry(newest(from, "/p/b")));
    }

    @Test
    void aRetryAfterTheMoveGetsItsFirstAnswer() {
        var retry = record(RecordLayout.KIND_PUT, "/p/a", "cam", 4);
        var first = assertInstanceOf(Outcome.Stored.class, apply(from, 1, retry));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        assertEquals(1, from.imports().producers().size());
        var known = from.imports().producer("cam");
        carry(Objects.requireNonNull(known), 0, 0);
        assertEquals(new Outcome.Repeated(first.version(), first.timestamp()), apply(to, 2, retry));
    }

    @Test
    void afterARestartTheSameIsKnown() {
        apply(from, 1, record(RecordLayout.KIND_PUT, "/p/a", "cam", 4));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        carry(Objects.requireNonNull(from.imports().producer("cam")), 0, 0);
        carry(newest(from, "/p/a"));
        carry(Imports.moved(), 0, 0);
        var again = new ShardStore(9, POOL, to.log(), (_, _, _) -> {});
        again.recover(null);
        assertTrue(again.imports().done(SOURCE));
        assertEquals(newest(from, "/p/a").version(), newest(again, "/p/a").version());
        var retry = record(RecordLayout.KIND_PUT, "/p/a", "cam", 4);
        assertInstanceOf(Outcome.Repeated.class, apply(again, 3, retry));
    }

    @Test
    void aCheckpointSaysTheSame() {
        apply(from, 1, record(RecordLayout.KIND_PUT, "/p/a", "cam", 4));
        to.goOn(Set.of(SOURCE), BOUNDARY);
        carry(Objects.requireNonNull(from.imports().producer("cam")), 0, 0);
        carry(newest(from, "/p/a"));
        carry(Imports.moved(), 0, 0);
        for (int i = 0; i < 2 * SEGMENT_BYTES / 100; i++) {
            apply(to, 2, put("/p/b"));
        }
        var checkpoint = SealedFold.fold(to.log().snapshot(), 2, POOL, null);
        var again = new ShardStore(9, POOL, to.log(), (_, _, _) -> {});
        again.recover(checkpoint);
        assertTrue(again.imports().done(SOURCE));
        assertEquals(-1, again.state().mismatch(to.state()));
        var retry = record(RecordLayout.KIND_PUT, "/p/a", "cam", 4);
        assertInstanceOf(Outcome.Repeated.class, apply(again, 3, retry));
    }
}
