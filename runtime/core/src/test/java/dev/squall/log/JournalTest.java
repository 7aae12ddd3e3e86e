package dev.squall.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {

    private static final int SMALL = 1024;

    @TempDir private Path directory = Path.of("."); // set by JUnit
    private Shard shard = new Shard(Path.of("."));

    @BeforeEach
    void anEmptyDirectory() {
        shard = new Shard(directory);
    }

    @Test
    void nothingWasThereIsAnEmptyLog() throws IOException {
        var found = shard.recover();
        assertEquals(List.of(), Shard.versions(found.log()));
        assertEquals(0, found.cutBytes());
        Shard.append(found.log(), 1, 3);
        assertTrue(found.journal().persist() > 0);
        assertEquals(0, found.journal().persist(), "once written, nothing is left to write");
        assertEquals(Shard.upTo(3), Shard.versions(shard.recover().log()));
    }

    @Test
    void whatWasNotPersistedIsNotThere() throws IOException {
        var log = shard.log(SMALL);
        var journal = shard.journal(log);
        Shard.append(log, 1, 2);
        journal.persist();
        Shard.append(log, 3, 4);
        assertEquals(2, journal.persistedVersion());
        assertTrue(journal.behind());
        assertEquals(Shard.upTo(2), Shard.versions(shard.recover().log()));
    }

    @Test
    void aLogRollsOverManyFilesAndComesBack() throws IOException {
        var log = shard.log(SMALL);
        try (var journal = shard.journal(log)) {
            for (long v = 1; v <= 60; v += 3) {
                Shard.append(log, v, v + 2);
                journal.persist();
                assertFalse(journal.behind());
            }
        }
        assertTrue(shard.files().size() > 5, "files: " + shard.files());
        assertEquals(Shard.upTo(60), Shard.versions(shard.recover().log()));
        var first = Objects.requireNonNull(log.segment(1));
        assertTrue(first.memory().isMapped(), "a segment on disk lives in the page cache only");
        assertTrue(first.memory().isReadOnly());
        assertEquals(Shard.upTo(60), Shard.versions(log), "and reads as before");
    }

    @Test
    void manySegmentsMayPassBetweenTwoTurnsOfTheJournal() throws IOException {
        var log = shard.log(SMALL);
        try (var journal = shard.journal(log)) {
            Shard.append(log, 1, 50);
            journal.persist();
            assertEquals(50, journal.persistedVersion());
        }
        assertEquals(Shard.upTo(50), Shard.versions(shard.recover().log()));
    }

    @Test
    void whatRetentionDropsLeavesTheLogsFilesToo() throws IOException {
        var log = shard.log(SMALL);
        var journal = shard.journal(log);
        Shard.append(log, 1, 40);
        journal.persist();
        var before = shard.files();
        log.dropFirst();
        log.dropFirst();
        journal.persist();
        var kept = new ArrayList<>(before.subList(2, before.size()));
        kept.addAll(List.of("spare-0000000001", "spare-0000000002"));
        assertEquals(kept, shard.files());
        journal.close();
        assertEquals(before.subList(2, before.size()), shard.files());
        var versions = Shard.versions(log);
        assertEquals(versions, Shard.versions(shard.recover().log()));
        assertTrue(versions.getFirst() > 1 && versions.getLast() == 40, "kept " + versions);
    }

    /** The disk was too slow: a segment is dropped before it was ever written. */
    @Test
    void aSegmentThatWasDroppedBeforeItWasWrittenLeavesNoGap() throws IOException {
        var log = shard.log(SMALL);
        var journal = shard.journal(log);
        Shard.append(log, 1, 5);
        journal.persist();
        Shard.append(log, 6, 40);
        for (int i = 0; i < 3; i++) {
            log.dropFirst();
        }
        journal.persist();
        journal.close();
        var kept = Shard.versions(log);
        assertEquals(kept, Shard.versions(shard.recover().log()), "files " + shard.files());
    }

    /** Its file ends before what comes behind it: should it come back, that would be cut off. */
    @Test
    void aSegmentThatWasHalfWrittenWhenItWasDroppedDoesNotComeBack() throws IOException {
        var disk = new DeletingLate(new FileDisk(directory), new HashMap<>());
        var log = shard.log(SMALL);
        try (var journal = new Journal(disk, Shard.NUMBER, log, 1, 0)) {
            Shard.append(log, 1, 5);
            journal.persist();
            Shard.append(log, 6, 40);
            log.dropFirst();
            journal.persist();
        }
        disk.powerFails();
        assertEquals(Shard.versions(log), Shard.versions(shard.recover().log()));
    }

    /** A disk on which deletions last once their directory was synced, or a file made in it. */
    private record DeletingLate(Disk disk, Map<String, byte[]> deleted) implements Disk {

        /** What was deleted of late is there again, and the end of it was never on the disk. */
        void powerFails() throws IOException {
            for (var file : deleted.entrySet()) {
                byte[] bytes = file.getValue();
                Arrays.fill(bytes, bytes.length - 100, bytes.length, (byte) 0);
                disk.replace(file.getKey(), bytes);
            }
        }

        @Override
        public List<String> directories() throws IOException {
            return disk.directories();
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return disk.list(directory);
        }

        @Override
        public DiskFile open(String name) throws IOException {
            return disk.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            deleted.put(name, disk.read(name));
            disk.delete(name);
        }

        @Override
        public void syncDirectory(String directory) throws IOException {
            disk.syncDirectory(directory);
            deleted.keySet().removeIf(name -> name.startsWith(directory + "/"));
        }

        @Override
        public void replace(String name, byte[] content) throws IOException {
            disk.replace(name, content);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return disk.read(name);
        }
    }

    /** Retention drops from the old end, so what lies behind a gap is what was kept. */
    @Test
    void theLogBeginsBehindAMissingFile() throws IOException {
        shard.persisted(SMALL, 40);
        long inFirst = Shard.versions(firstOnly()).size();
        Files.delete(shard.file(2));
        var kept = Shard.versions(shard.recover().log());
        assertEquals(40, kept.getLast());
        assertTrue(kept.getFirst() > inFirst + 1, "begins with " + kept.getFirst());
        assertTrue(!shard.files().contains("0000000001.log"), "files " + shard.files());
    }

    private Log firstOnly() throws IOException {
        var alone = new Shard(directory.resolve("alone"));
        alone.write(1, shard.read(1));
        return alone.recover().log();
    }

    @Test
    void filesOfOthersAreLeftAlone() throws IOException {
        shard.persisted(SMALL, 3);
        var strange = List.of("notes.txt", "9999999999.log", "0000000000.log", "1.log");
        for (var name : strange) {
            Files.writeString(shard.file(1).resolveSibling(name), "mine");
        }
        assertEquals(Shard.upTo(3), Shard.versions(shard.recover().log()));
        assertEquals(strange.size() + 1, shard.files().size(), "left: " + shard.files());
    }

    /** What the owner knew stands before each segment, whichever of them is left. */
    @Test
    void aLogBeginsWithWhatItsOwnerKnewThere() throws IOException {
        var log = shard.log(SMALL);
        log.prologue(new Newest(log));
        try (var journal = shard.journal(log)) {
            Shard.append(log, 1, 60);
            journal.persist();
            while (log.oldestTimestamp() < 1040) {
                log.dropFirst();
            }
            journal.persist();
        }
        assertTrue(log.before() > 30, "begins behind " + log.before());
        for (var kept : List.of(shard.recover().log(), log.snapshot())) {
            var versions = Shard.versions(kept);
            assertEquals(log.before(), kept.before());
            assertEquals(log.before() + 1, versions.getFirst());
            assertEquals(log.before(), Newest.read(kept.prologue()));
        }
        assertEquals(60, shard.recover().log().lastVersion());
    }

    @Test
    void aHarmedPrologueEndsTheLogBeforeIt() throws IOException {
        var log = shard.log(SMALL);
        log.prologue(new Newest(log));
        try (var journal = shard.journal(log)) {
            Shard.append(log, 1, 30);
            journal.persist();
        }
        byte[] file = shard.read(2);
        file[LogSegment.HEADER_BYTES + 3] ^= 1;
        shard.write(2, file);
        var found = shard.recover();
        assertEquals(Shard.versions(firstOnly()), Shard.versions(found.log()));
        assertTrue(found.cutBytes() >= file.length, "cut " + found.cutBytes());
    }

    /** Says which version is the newest, in a length of its own. */
    private record Newest(Log log) implements Prologue {

        @Override
        public int length() {
            return Long.BYTES + (int) (log.lastVersion() % 40);
        }

        @Override
        public void write(MemorySegment m, long at) {
            m.set(ValueLayout.JAVA_LONG_UNALIGNED, at, log.lastVersion());
        }

        static long read(MemorySegment m) {
            return m.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
        }
    }

    @Test
    void theFormatBeforeHadNoPrologueAndIsRead() throws IOException {
        shard.persisted(SMALL, 3);
        byte[] file = shard.read(1);
        reseal(file, 8, 2);
        shard.write(1, file);
        var found = shard.recover();
        assertEquals(Shard.upTo(3), Shard.versions(found.log()));
        Shard.append(found.log(), 4, 5);
        found.journal().persist();
        assertEquals(Shard.upTo(5), Shard.versions(shard.recover().log()));
    }

    /** Older software must not take newer data for damage: it would delete it. */
    @Test
    void aNewerFormatIsRefusedAndNotCut() throws IOException {
        shard.persisted(SMALL, 3);
        byte[] file = shard.read(1);
        reseal(file, 8, SegmentHeader.FORMAT + 1);
        shard.write(1, file);
        var refusal = assertThrows(IOException.class, shard::recover);
        var later = "format " + (SegmentHeader.FORMAT + 1);
        assertTrue(refusal.toString().contains(later), refusal.toString());
        assertEquals(file.length, shard.read(1).length, "it is still there");
    }

    @Test
    void anotherShardsFileIsRefusedAndNotCut() throws IOException {
        shard.persisted(SMALL, 3);
        byte[] file = shard.read(1);
        reseal(file, 12, Shard.NUMBER + 1);
        shard.write(1, file);
        var refusal = assertThrows(IOException.class, shard::recover);
        assertTrue(refusal.toString().contains("shard 4"), refusal.toString());
        assertEquals(file.length, shard.read(1).length, "it is still there");
    }

    private static void reseal(byte[] file, int at, int value) {
        var header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        var crc = new CRC32C();
        crc.update(file, 0, 32);
        header.putInt(32, (int) crc.getValue());
    }

    @Test
    void deletingAShardLeavesNoFile() throws IOException {
        var log = shard.log(SMALL);
        var journal = shard.journal(log);
        Shard.append(log, 1, 20);
        journal.persist();
        journal.deleteAll();
        assertEquals(List.of(), shard.files());
    }
}
