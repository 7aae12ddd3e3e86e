package dev.squall.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A crash may leave any part of the last writes on disk; what is found is a valid prefix. */
@Timeout(60)
class TornWriteTest {

    private static final int RECORDS = 4;

    /** Of so many recoveries one also goes on writing and is recovered again. */
    private static final int GOES_ON = 16;

    @TempDir private Path directory = Path.of("."); // set by JUnit
    private Shard shard = new Shard(Path.of("."));
    private byte[] whole = {};
    private List<Long> ends = List.of();
    private int checks;

    @BeforeEach
    void aFileWithRecords() throws IOException {
        shard = new Shard(directory);
        var log = shard.log(Log.SEGMENT_BYTES);
        try (var journal = shard.journal(log)) {
            ends = Shard.append(log, 1, RECORDS);
            journal.persist();
        }
        whole = shard.read(1);
        assertEquals(ends.getLast(), whole.length);
    }

    /** How many records end at or before this place in the file. */
    private int wholeBefore(long place) {
        return (int) ends.stream().filter(e -> e <= place).count();
    }

    @Test
    void aFileThatEndsAnywhereGivesTheRecordsBefore() throws IOException {
        for (int cut = 0; cut <= whole.length; cut++) {
            shard.write(1, Arrays.copyOf(whole, cut));
            check(wholeBefore(cut), "cut at " + cut);
        }
    }

    @Test
    void aFileThatGoesOnWithZerosOrNoiseGivesTheRecordsBefore() throws IOException {
        var random = new Random(3);
        for (int cut = ends.get(RECORDS - 3).intValue(); cut < whole.length; cut++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            // The zeros may be what was there: the last bytes of a record are its padding.
            if (!Arrays.equals(torn, whole)) {
                shard.write(1, torn);
                check(wholeOf(torn), "zeros from " + cut);
            }
            byte[] noise = new byte[torn.length - cut];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, torn, cut, noise.length);
            shard.write(1, torn);
            check(wholeOf(torn), "noise from " + cut);
        }
    }

    /** Records whose bytes are all as they were, but for the padding, which means nothing. */
    private int wholeOf(byte[] torn) {
        int count = 0;
        while (count < RECORDS && sameRecord(torn, count)) {
            count++;
        }
        return count;
    }

    private boolean sameRecord(byte[] torn, int index) {
        int from = index == 0 ? LogSegment.HEADER_BYTES : ends.get(index - 1).intValue();
        int length = (whole[from] & 0xFF) | ((whole[from + 1] & 0xFF) << 8);
        return Arrays.equals(whole, from, from + length, torn, from, from + length);
    }

    @Test
    void aFlippedBitEndsTheLogBeforeItsRecord() throws IOException {
        var random = new Random(4);
        for (int at = ends.get(1).intValue(); at < whole.length; at++) {
            byte[] harmed = whole.clone();
            harmed[at] ^= (byte) (1 << random.nextInt(8));
            shard.write(1, harmed);
            check(wholeOf(harmed), "bit flipped in byte " + at);
        }
    }

    /** Recovers, checks what is found, and that the log goes on from there over a restart. */
    private void check(int count, String what) throws IOException {
        var found = shard.recover();
        assertEquals(Shard.upTo(count), Shard.versions(found.log()), what);
        assertEquals(count, found.log().lastVersion(), what);
        assertEquals(count, found.journal().persistedVersion(), what);
        if (checks++ % GOES_ON != 0) {
            return;
        }
        try (var journal = found.journal()) {
            Shard.append(found.log(), count + 1, count + 2);
            journal.persist();
        }
        assertEquals(Shard.upTo(count + 2), Shard.versions(shard.recover().log()), what);
    }
}
