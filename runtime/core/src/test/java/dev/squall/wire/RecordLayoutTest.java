package dev.squall.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordLayoutTest {

    private static final int RECORDS = 200;

    private static MemorySegment committed() {
        var m =
                Records.of(
                        RecordLayout.KIND_PUT,
                        "/cameras/gäte",
                        "edge-7",
                        "what the camera saw".getBytes(StandardCharsets.UTF_8));
        RecordLayout.writeRequest(m, 0, 3, 41, 5, 6);
        RecordLayout.writeTrace(m, 0, 7, 8);
        RecordLayout.commit(m, 0, 42, 1_700_000_000_000_000L);
        return m;
    }

    @Test
    void aRecordReadsAsItWasWritten() {
        var random = new Random(1);
        for (int i = 0; i < RECORDS; i++) {
            var key = "/pool/" + "k€y".repeat(random.nextInt(1, 100));
            var producer = "p".repeat(random.nextInt(RecordLayout.PRODUCER_BYTES_MAX + 1));
            byte[] payload = new byte[random.nextInt(3000)];
            random.nextBytes(payload);
            var m = Records.of(RecordLayout.KIND_PUT, key, producer, payload);
            long[] n = random.longs(8).toArray();
            RecordLayout.writeRequest(m, 0, n[0], n[1], n[2], n[3]);
            RecordLayout.writeTrace(m, 0, n[4], n[5]);
            RecordLayout.commit(m, 0, n[6], n[7]);

            assertTrue(RecordLayout.valid(m, 0, m.byteSize()));
            assertEquals(RecordLayout.KIND_PUT, RecordLayout.kind(m, 0));
            assertEquals(key, RecordLayout.key(m, 0));
            assertEquals(producer, RecordLayout.producer(m, 0));
            assertEquals(payload.length, RecordLayout.payloadLength(m, 0));
            var read = m.asSlice(RecordLayout.payloadAt(m, 0), payload.length);
            assertEquals(-1, read.mismatch(MemorySegment.ofArray(payload)));
            assertEquals(n[0], RecordLayout.request(m, 0));
            assertEquals(n[1], RecordLayout.expected(m, 0));
            assertEquals(n[2], RecordLayout.incarnation(m, 0));
            assertEquals(n[3], RecordLayout.sequence(m, 0));
            assertEquals(n[4], RecordLayout.traceHigh(m, 0));
            assertEquals(n[5], RecordLayout.traceLow(m, 0));
            assertEquals(n[6], RecordLayout.version(m, 0));
            assertEquals(n[7], RecordLayout.timestamp(m, 0));
        }
    }

    @Test
    void everyBitThatFlipsIsFound() {
        var m = committed();
        int bits = 8 * RecordLayout.length(m, 0);
        for (int bit = 0; bit < bits; bit++) {
            flip(m, bit);
            assertFalse(RecordLayout.valid(m, 0, m.byteSize()), "bit " + bit + " of " + bits);
            flip(m, bit);
        }
        assertTrue(RecordLayout.valid(m, 0, m.byteSize()));
    }

    private static void flip(MemorySegment m, int bit) {
        byte was = m.get(ValueLayout.JAVA_BYTE, bit / 8);
        m.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (was ^ 1 << bit % 8));
    }

    @Test
    void aRecordThatIsNotAllThereIsFound() {
        var m = committed();
        int length = RecordLayout.length(m, 0);
        for (int available = 0; available < length; available++) {
            assertFalse(RecordLayout.valid(m, 0, available), "of " + length + ": " + available);
        }
        assertTrue(RecordLayout.valid(m, 0, length));
    }

    /** Each log writes its own version and time; what the first sender sealed travels unchanged. */
    @Test
    void aNewPlaceInALogDoesNotTouchTheBodysSeal() {
        var m = committed();
        assertTrue(RecordLayout.bodyIntact(m, 0));
        RecordLayout.commit(m, 0, 43, 5);
        assertTrue(RecordLayout.valid(m, 0, m.byteSize()));
        RecordLayout.stamp(m, 0, 6);
        assertTrue(RecordLayout.bodyIntact(m, 0));
        assertFalse(RecordLayout.valid(m, 0, m.byteSize()), "a time that the log did not commit");
    }

    @Test
    void emptyMemoryHoldsNoRecord() {
        assertFalse(RecordLayout.valid(Arena.ofAuto().allocate(512, 32), 0, 512));
    }

    @Test
    void shortRecordsStandForTurnsAndAreNeverJournalled() {
        var m = Arena.ofAuto().allocate(RecordLayout.SHORT_BYTES, 32);
        RecordLayout.writeShort(m, 0, RecordLayout.KIND_NULL, RecordLayout.SHORT_BYTES, 17);
        assertEquals(RecordLayout.KIND_NULL, RecordLayout.kind(m, 0));
        assertEquals(17, RecordLayout.payloadLength(m, 0));
        assertEquals(RecordLayout.SHORT_BYTES, RecordLayout.footprint(RecordLayout.length(m, 0)));
        assertFalse(RecordLayout.valid(m, 0, m.byteSize()));
    }
}
