package dev.squall.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A log of many files in which a bit turns over, or that ends anywhere: what is found is a prefix
 * of what was written, nothing else; and when it is less, that is said before anything is cut.
 */
@Timeout(120)
class RotTest {

    private static final int FLIPS = 10_000;
    private static final int SMALL = 8 << 10;
    private static final long FIRST = 100;
    private static final long ALL = 260;

    private final MemoryDisk disk = new MemoryDisk();
    private final List<String> names = new ArrayList<>();
    private Map<String, byte[]> whole = Map.of();

    /** How long the last file was when the first records were acknowledged as persisted. */
    private long syncedEnd;

    private String syncedFile = "";

    /** Where each version's record ends, and in which file. */
    private final TreeMap<Long, Place> ends = new TreeMap<>();

    private record Place(String file, long end) {}

    @BeforeEach
    void aLogOfManyFiles() throws IOException {
        var log = new Log(SMALL);
        try (var journal = new Journal(disk, Shard.NUMBER, log, 1, 0)) {
            Shard.append(log, 1, FIRST);
            journal.persist();
            assertEquals(FIRST, journal.persistedVersion());
            syncedFile = Journal.name(Shard.NUMBER, (int) (log.tail() >>> 32));
            syncedEnd = Log.offset(log.tail());
            Shard.append(log, FIRST + 1, ALL);
            journal.persist();
        }
        log.visit(
                log.first(),
                (location, m, at) -> {
                    long end = Log.offset(Log.after(location, m));
                    ends.put(
                            RecordLayout.version(m, at),
                            new Place(Journal.name(Shard.NUMBER, (int) (location >>> 32)), end));
                    return true;
                });
        whole = disk.contents();
        names.addAll(whole.keySet());
        assertTrue(names.size() >= 5, names.toString());
    }

    private long wholeBefore(String file, long at) {
        long count = 0;
        for (var place : ends.values()) {
            int order = place.file().compareTo(file);
            if (order > 0 || (order == 0 && place.end() > at)) {
                return count;
            }
            count++;
        }
        return count;
    }

    @Test
    void aBitThatTurnsOverAnywhereEndsTheLogBeforeItsRecordAndIsTold() throws IOException {
        var random = new Random(11);
        int less = 0;
        for (int i = 0; i < FLIPS; i++) {
            var name = names.get(random.nextInt(names.size()));
            int at = random.nextInt(whole.getOrDefault(name, new byte[0]).length);
            disk.flip(name, at, random.nextInt(8));
            var told = new ArrayList<String>();
            long found = recovered(told);
            // Nothing lies in the padding behind a record, or behind a header's fields.
            boolean meant = found < ALL;
            assertTrue(!meant || found == wholeBefore(name, at), name + " at " + at);
            assertEquals(meant ? 1 : 0, told.size(), name + " at " + at);
            less += meant ? 1 : 0;
            disk.restore(whole);
        }
        assertTrue(less > FLIPS / 2, less + " of " + FLIPS + " were found");
    }

    @Test
    void aLogThatEndsAnywhereHasAllThatWasAcknowledgedBefore() throws IOException {
        int cuts = 0;
        for (var name : names) {
            var bytes = whole.getOrDefault(name, new byte[0]);
            for (int cut = 0; cut < bytes.length; cut++) {
                for (var other : names) {
                    if (other.compareTo(name) > 0) {
                        disk.delete(other);
                    }
                }
                disk.replace(name, Arrays.copyOf(bytes, cut));
                long found = recovered(new ArrayList<>());
                assertEquals(wholeBefore(name, cut), found, name + " cut at " + cut);
                int order = name.compareTo(syncedFile);
                if (order > 0 || (order == 0 && cut >= syncedEnd)) {
                    assertTrue(found >= FIRST, name + " cut at " + cut);
                    cuts++;
                }
                disk.restore(whole);
            }
        }
        assertTrue(cuts > 1000, "only " + cuts);
    }

    /** Recovers. Returns how far; everything up to there is what was written. */
    private long recovered(List<String> told) throws IOException {
        var found =
                Recovery.recover(
                        disk, Shard.NUMBER, SMALL, Long.MAX_VALUE, Shard.MICROS, told::add);
        long last = found.log().lastVersion();
        assertEquals(Shard.upTo(last), Shard.versions(found.log()));
        assertEquals(last, found.journal().persistedVersion());
        return last;
    }
}
