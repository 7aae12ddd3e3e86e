package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProducerTableTest {

    private static final long SESSION_MILLIS = 10;
    private static final int TABLE_WINDOW = ProducerTable.WINDOW;
    private static final long SESSION_MICROS = SESSION_MILLIS * 1000;

    private final ProducerTable table = new ProducerTable(SESSION_MILLIS);
    private long version;

    private void put(ProducerTable in, String producer, long incarnation, long sequence, long at) {
        in.passed(at);
        in.applied(producer, incarnation, sequence, ++version, at);
    }

    private static MemorySegment bytes(ProducerTable table) {
        // An odd place: the layout must not depend on its alignment.
        var m = Arena.ofAuto().allocate(table.length() + 7L);
        table.write(m, 7);
        return m.asSlice(7);
    }

    private static ProducerTable copy(ProducerTable table) {
        var copy = new ProducerTable(SESSION_MILLIS);
        copy.read(bytes(table));
        return copy;
    }

    @Test
    void aSessionLastsAsLongAsItSaysByTheTimesOfTheLog() {
        put(table, "cam", 1, 5, 1000);
        table.passed(1000 + SESSION_MICROS);
        assertEquals(new Outcome.Repeated(1, 1000), table.known("cam", 1, 5));
        assertNull(table.known("cam", 1, 4), "older, and never applied");
        table.passed(1000 + SESSION_MICROS + 1);
        assertEquals(new Outcome.Stale(1, 5), table.known("cam", 1, 5));
        assertEquals(new Outcome.Stale(1, 5), table.known("cam", 1, 4));
        assertEquals(new Outcome.Stale(1, 5), table.known("cam", 0, 9));
        assertNull(table.known("cam", 1, 6));
        assertNull(table.known("cam", 2, 0));
    }

    @Test
    void whoComesBackIsHeldToWhatItHadSent() {
        put(table, "cam", 1, 5, 1000);
        put(table, "cam", 1, 7, 1000 + 2 * SESSION_MICROS);
        assertEquals(new Outcome.Stale(1, 7), table.known("cam", 1, 5));
        assertNull(table.known("cam", 1, 6));
        assertEquals(new Outcome.Repeated(2, 1000 + 2 * SESSION_MICROS), table.known("cam", 1, 7));
        put(table, "cam", 2, 0, 1000 + 4 * SESSION_MICROS);
        assertEquals(new Outcome.Stale(2, 0), table.known("cam", 1, 9));
        assertNull(table.known("cam", 2, 1), "a new incarnation owes nothing to the old one");
    }

    @Test
    void aRetryThatIsAnsweredDoesNotKeepASessionAlive() {
        put(table, "cam", 1, 5, 1000);
        put(table, "other", 1, 0, 1000 + SESSION_MICROS);
        assertEquals(new Outcome.Repeated(1, 1000), table.known("cam", 1, 5));
        put(table, "other", 1, 1, 1001 + SESSION_MICROS);
        assertEquals(new Outcome.Stale(1, 5), table.known("cam", 1, 5));
    }

    @Test
    void ofTooManyProducersTheOneThatIsSilentForLongestGoes() {
        for (int i = 0; i < ProducerTable.PRODUCERS_MAX; i++) {
            put(table, "p" + i, 1, 3, 1000);
        }
        put(table, "p0", 1, 4, 1000); // now the youngest
        put(table, "one more", 1, 0, 1000);
        assertEquals(new Outcome.Stale(1, 3), table.known("p1", 1, 3));
        assertEquals(new Outcome.Repeated(1, 1000), table.known("p0", 1, 3));
        assertEquals(new Outcome.Repeated(3, 1000), table.known("p2", 1, 3));
    }

    @Test
    void ofTooManyThatHaveEndedTheFirstIsForgotten() {
        for (int i = 0; i <= ProducerTable.ENDED_MAX; i++) {
            put(table, "p" + i, 1, 3, 1000);
        }
        table.passed(1001 + SESSION_MICROS);
        assertNull(table.known("p0", 1, 3), "the limit that operators are told of");
        assertEquals(new Outcome.Stale(1, 3), table.known("p1", 1, 3));
        assertEquals(-1, bytes(table).mismatch(bytes(copy(table))));
    }

    @Test
    void anEmptyTableTakesNoBytes() {
        assertEquals(0, table.length());
        assertEquals(0, copy(table).length());
    }

    /** Whatever happens after it: a table that was written and read answers like the first one. */
    @Test
    void whatIsWrittenIsRead() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var one = new ProducerTable(SESSION_MILLIS);
            var other = new ProducerTable(SESSION_MILLIS);
            long now = 1000;
            for (int step = 0; step < 400; step++) {
                now += random.nextInt(20) == 0 ? random.nextInt(15_000) : random.nextInt(50);
                var producer = "cam-" + random.nextInt(6) + "ü".repeat(random.nextInt(2));
                long incarnation = 1L + step / 150;
                long sequence = Math.max(0, step - random.nextInt(100));
                var known = one.known(producer, incarnation, sequence);
                assertEquals(known, other.known(producer, incarnation, sequence), "seed " + seed);
                if (known == null) {
                    put(one, producer, incarnation, sequence, now);
                    version--;
                    put(other, producer, incarnation, sequence, now);
                }
                assertEquals(-1, bytes(one).mismatch(bytes(other)), "seed " + seed);
                if (random.nextInt(10) == 0) {
                    other = copy(other);
                }
            }
        }
    }

    /** The table against the plainest one: nothing is ever forgotten but by the rules. */
    @Test
    void everyMessageIsAnsweredAsByTheModel() {
        for (int seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var table = new ProducerTable(SESSION_MILLIS);
            var applied = new HashMap<String, Outcome>();
            var heard = new HashMap<String, Long>();
            var newest = new HashMap<String, Long>();
            var floor = new HashMap<String, Long>();
            long now = 1000;
            for (int step = 0; step < 600; step++) {
                now += random.nextInt(20) == 0 ? random.nextInt(15_000) : random.nextInt(50);
                var producer = "cam-" + random.nextInt(4);
                long sequence = Math.max(0, step / 4 - random.nextInt(80));
                var message = producer + "/" + sequence;
                var known = table.known(producer, 1, sequence);
                long top = newest.getOrDefault(producer, -1L);
                long stale = Math.max(floor.getOrDefault(producer, -1L), top - TABLE_WINDOW);
                var expected = sequence <= stale ? new Outcome.Stale(1, top) : applied.get(message);
                assertEquals(expected, known, message + ", seed " + seed);
                if (known == null) {
                    put(table, producer, 1, sequence, now);
                    for (var last : heard.entrySet()) {
                        if (now - last.getValue() > SESSION_MICROS) {
                            floor.put(last.getKey(), newest.getOrDefault(last.getKey(), -1L));
                        }
                    }
                    applied.put(message, new Outcome.Repeated(version, now));
                    heard.put(producer, now);
                    newest.put(producer, Math.max(top, sequence));
                }
            }
        }
    }
}
