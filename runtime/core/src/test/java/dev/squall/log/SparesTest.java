package dev.squall.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of dropped segments are written over. All records have the same length, so that old
 * ones stand exactly where new ones are torn.
 */
@Timeout(120)
class SparesTest {

    private static final int SMALL = 1024;

    /** Records in a segment: of 160 bytes, behind 64. */
    private static final int IN_SEGMENT = 6;

    /** A collection that is asked for finds what nobody can reach, or the next one. */
    private static final int COLLECTIONS_MAX = 50;

    private final MemoryDisk disk = new MemoryDisk();
    private final Log log = new Log(SMALL);
    private final Journal journal = new Journal(disk, Shard.NUMBER, log, 1, 0);

    private static MemorySegment record(long version) {
        return Records.put("/k", "version %020d and no more than this".formatted(version));
    }

    private void append(long from, long to) {
        for (long v = from; v <= to; v++) {
            log.append(record(v), 0, v, 1000 + v);
        }
    }

    private static List<Long> versions(Log log) {
        var found = new ArrayList<Long>();
        log.visit(
                log.first(),
                (_, m, at) -> {
                    long version = RecordLayout.version(m, at);
                    int length = RecordLayout.length(record(version), 0);
                    var body = m.asSlice(at + RecordLayout.HEADER_BYTES, length - 96L);
                    boolean same = body.mismatch(record(version).asSlice(96, length - 96L)) < 0;
                    found.add(same ? version : -version);
                    return true;
                });
        return found;
    }

    private Recovery.Recovered recover(List<String> told) throws IOException {
        return Recovery.recover(disk, Shard.NUMBER, SMALL, Long.MAX_VALUE, Shard.MICROS, told::add);
    }

    private static String file(int number) {
        return Journal.name(Shard.NUMBER, number);
    }

    private static String spare(int number) {
        return "shard-3/spare-%010d".formatted(number);
    }

    private List<String> files() {
        return disk.list(Journal.directory(Shard.NUMBER));
    }

    /** Three segments, of which the first is dropped, and what it was is kept. */
    private void dropFirst() throws IOException {
        append(1, 2L * IN_SEGMENT + 1);
        journal.persist();
        assertEquals(3, files().size(), files().toString());
        log.dropFirst();
        journal.persist();
        assertTrue(disk.contents().containsKey(spare(1)), files().toString());
    }

    /** The log's fourth segment begins, in the first one's file. */
    private void reuse() throws IOException {
        dropFirst();
        disk.endLease(spare(1));
        append(2L * IN_SEGMENT + 2, 3L * IN_SEGMENT + 1);
        journal.persist();
        assertFalse(disk.contents().containsKey(spare(1)), files().toString());
        assertEquals(SMALL, Math.ceilDiv(disk.read(file(4)).length, 512) * 512, "as it was");
    }

    @Test
    void theNextSegmentIsWrittenOverTheDroppedOne() throws IOException {
        reuse();
        var told = new ArrayList<String>();
        assertEquals(versions(log), versions(recover(told).log()));
        assertEquals(List.of(), told, "what is old is no damage");
        long end = 64 + RecordLayout.footprint(RecordLayout.length(record(1), 0));
        assertEquals(end, disk.read(file(4)).length, "and recovery cuts it off");
    }

    @Test
    void aSegmentThatIsCompleteEndsWithItsFile() throws IOException {
        reuse();
        append(3L * IN_SEGMENT + 2, 5L * IN_SEGMENT);
        journal.persist();
        var fourth = Objects.requireNonNull(log.segment(4));
        assertEquals(fourth.used(), disk.read(file(4)).length);
        assertEquals(versions(log), versions(recover(new ArrayList<>()).log()));
    }

    @Test
    void whatSomebodyReadsIsNotWrittenOver() throws IOException {
        append(1, 2L * IN_SEGMENT + 1);
        journal.persist();
        var read = Objects.requireNonNull(log.segment(1)).memory();
        var was = read.toArray(ValueLayout.JAVA_BYTE);
        log.dropFirst();
        journal.persist();
        append(2L * IN_SEGMENT + 2, 3L * IN_SEGMENT + 1);
        journal.persist();
        assertTrue(disk.contents().containsKey(spare(1)), "it waits: " + files());
        assertArrayEquals(was, read.toArray(ValueLayout.JAVA_BYTE));
        disk.endLease(spare(1));
        append(3L * IN_SEGMENT + 2, 4L * IN_SEGMENT + 1);
        journal.persist();
        assertFalse(disk.contents().containsKey(spare(1)), "nobody does now: " + files());
    }

    /** Whatever prefix of a write there is, what is behind it are whole old records. */
    @Test
    void aWriteThatIsTornAnywhereGivesTheRecordsBefore() throws IOException {
        reuse();
        long first = 3L * IN_SEGMENT + 1;
        var before = disk.contents();
        append(first + 1, first + 3);
        journal.persist();
        var after = disk.read(file(4));
        var old = Objects.requireNonNull(before.get(file(4)));
        int footprint = (int) RecordLayout.footprint(RecordLayout.length(record(1), 0));
        for (int torn = 64 + footprint; torn <= after.length; torn++) {
            byte[] found = old.clone();
            System.arraycopy(after, 0, found, 0, torn);
            disk.restore(before);
            disk.replace(file(4), found);
            var log = recover(new ArrayList<>()).log();
            long whole = Math.min(3, (torn - 64) / footprint - 1);
            long last = versions(log).getLast();
            boolean padding = last == first + whole + 1; // what lacks of it were zeros
            assertTrue(last == first + whole || padding, last + " when torn at " + torn);
            assertEquals(versions(this.log).subList(0, (int) (last - IN_SEGMENT)), versions(log));
        }
    }

    /** Of all sectors some have been written, whichever. */
    @Test
    void sectorsInAnyOrderGiveAPrefix() throws IOException {
        reuse();
        var before = disk.contents();
        append(3L * IN_SEGMENT + 2, 3L * IN_SEGMENT + 5);
        journal.persist();
        var after = disk.read(file(4));
        var random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] found = Objects.requireNonNull(before.get(file(4))).clone();
            int sector = 32 << random.nextInt(5);
            for (int at = 0; at < after.length; at += sector) {
                if (random.nextBoolean()) {
                    int end = Math.min(after.length, at + sector);
                    System.arraycopy(after, at, found, at, end - at);
                }
            }
            disk.restore(before);
            disk.replace(file(4), found);
            var versions = versions(recover(new ArrayList<>()).log());
            assertTrue(versions.size() > 2 * IN_SEGMENT, "what was durable: " + versions);
            assertEquals(versions(log).subList(0, versions.size()), versions);
        }
    }

    /** The first write to the file: its header is another's as long as it is not there. */
    @Test
    void aFirstWriteThatIsTornGivesTheSegmentsBefore() throws IOException {
        dropFirst();
        disk.endLease(spare(1));
        append(2L * IN_SEGMENT + 2, 3L * IN_SEGMENT);
        journal.persist();
        var before = disk.contents();
        append(3L * IN_SEGMENT + 1, 3L * IN_SEGMENT + 2);
        journal.persist();
        var after = disk.read(file(4));
        var old = Objects.requireNonNull(before.get(spare(1)));
        for (int torn = 0; torn < 512; torn++) {
            byte[] found = old.clone();
            System.arraycopy(after, 0, found, 0, torn);
            disk.restore(before);
            disk.delete(spare(1));
            disk.replace(file(4), found);
            var told = new ArrayList<String>();
            var versions = versions(recover(told).log());
            assertEquals(versions(log).subList(0, versions.size()), versions);
            assertTrue(versions.size() >= 2 * IN_SEGMENT, "what was durable: " + versions);
            assertEquals(torn > 16 && torn < 416, !told.isEmpty(), "told at " + torn + ": " + told);
        }
    }

    @Test
    void aBitThatTurnsOverInTheLastRecordIsTold() throws IOException {
        reuse();
        disk.flip(file(4), 100, 3);
        var told = new ArrayList<String>();
        var found = recover(told);
        assertEquals(1, told.size());
        assertEquals(3L * IN_SEGMENT, found.log().lastVersion());
        var kept = Objects.requireNonNull(found.kept());
        assertEquals(0, kept.records(), "and what is old is not kept as something that was cut");
    }

    /** An object that holds the bytes of a log with newer versions than this log's. */
    @Test
    void aFileInWhichSomethingLooksLikeANewerRecordIsNotReused() throws IOException {
        var newer = record(77);
        RecordLayout.commit(newer, 0, 1000, 5);
        int pad = 32 - (RecordLayout.HEADER_BYTES + 2) % 32;
        var text = new byte[pad + (int) newer.byteSize()];
        MemorySegment.copy(newer, ValueLayout.JAVA_BYTE, 0, text, pad, (int) newer.byteSize());
        log.append(Records.put("/k", text), 0, 1, 1001);
        assertEquals(
                1000, Spares.newest(Objects.requireNonNull(log.segment(1)).memory(), 64, SMALL));
        append(2, 2L * IN_SEGMENT);
        journal.persist();
        log.dropFirst();
        journal.persist();
        disk.endLease(spare(1));
        append(2L * IN_SEGMENT + 1, 4L * IN_SEGMENT);
        journal.persist();
        assertFalse(disk.contents().containsKey(spare(1)), "gone: " + files());
        assertEquals(versions(log).size(), versions(recover(new ArrayList<>()).log()).size());
    }

    @Test
    void noMoreIsKeptThanTheLogHas() throws IOException {
        append(1, 8L * IN_SEGMENT);
        journal.persist();
        for (int i = 0; i < 7; i++) {
            log.dropFirst();
        }
        journal.persist();
        long kept =
                files().stream()
                        .filter(name -> name.startsWith("spare-"))
                        .mapToLong(name -> disk.read("shard-3/" + name).length)
                        .sum();
        assertTrue(kept > 0 && kept <= log.bytes(), kept + " of " + log.bytes());
        journal.makeRoom();
        assertEquals(1, files().size(), files().toString());
    }

    @Test
    void recoveryAndTheEndOfAJournalDeleteThem() throws IOException {
        dropFirst();
        assertEquals(versions(log), versions(recover(new ArrayList<>()).log()));
        assertFalse(disk.contents().containsKey(spare(1)), files().toString());
        disk.replace(spare(9), new byte[100]);
        journal.close();
        recover(new ArrayList<>());
        assertFalse(disk.contents().containsKey(spare(9)), files().toString());
    }

    /** Before its end was cut off it may have been complete, and mapped by who reads it still. */
    @Test
    void aSegmentThatAnotherJournalBeganIsDeleted() throws IOException {
        append(1, 2);
        journal.persist();
        journal.close();
        var again = recover(new ArrayList<>());
        for (long v = 3; v <= 2L * IN_SEGMENT; v++) {
            again.log().append(record(v), 0, v, 1000 + v);
        }
        again.journal().persist();
        again.log().dropFirst();
        again.journal().persist();
        assertEquals(List.of("0000000002.log"), files());
    }

    /** The collector tells who can still reach a mapping; a slice of it is enough. */
    @Test
    void aLeaseLastsAsLongAsASliceCanBeReached(@TempDir Path directory) throws IOException {
        var held = new ArrayList<MemorySegment>();
        var lease = leased(new FileDisk(directory), held);
        for (int i = 0; i < 5; i++) {
            System.gc();
            assertFalse(lease.ended());
        }
        assertEquals(0, held.removeFirst().get(ValueLayout.JAVA_BYTE, 0));
        int collections = 0;
        while (!lease.ended() && collections < COLLECTIONS_MAX) {
            System.gc();
            collections++;
        }
        assertTrue(lease.ended(), "after " + collections + " collections");
    }

    private static Disk.Lease leased(FileDisk real, List<MemorySegment> held) throws IOException {
        try (var file = real.open("shard-3/file")) {
            file.write(MemorySegment.ofArray(new byte[4096]), 0, 4096, 0);
            var mapped = file.map();
            held.add(mapped.asSlice(100, 100));
            return file.lease(mapped);
        }
    }
}
