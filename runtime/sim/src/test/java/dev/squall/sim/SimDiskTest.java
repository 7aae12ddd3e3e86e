package dev.squall.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Disk.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Disks that are full, slow, broken, or forget. */
class SimDiskTest {

    private static final String LOG = "shard-3/0000000001.log";

    private final SimDisk disk = new SimDisk(1, new Chance(5), new Chance(7), Saboteur.NONE);
    private final byte[] bytes = new Chance(6).bytes(2000);

    private void write(DiskFile file) throws IOException {
        file.write(MemorySegment.ofArray(bytes), 0, bytes.length, 0);
    }

    private boolean durable() {
        return disk.holds(LOG, MemorySegment.ofArray(bytes), 0);
    }

    @Test
    void aFullDiskIsFullOverARestart() throws IOException {
        try (var file = disk.open(LOG)) {
            disk.full(true);
            assertThrows(IOException.class, () -> write(file));
            disk.restart();
            assertThrows(IOException.class, () -> disk.replace("view", bytes));
            disk.full(false);
            write(file);
            file.sync();
        }
        assertTrue(durable());
    }

    @Test
    void aWriteFailsOnceAndMayBeTorn() throws IOException {
        try (var file = disk.open(LOG)) {
            disk.fail(new SimDisk.Failure(SimDisk.Operation.WRITE, false, false));
            assertThrows(IOException.class, () -> write(file));
            assertTrue(file.size() < bytes.length, file.size() + " bytes");
            write(file);
            file.sync();
        }
        assertTrue(durable());
    }

    @Test
    void aSyncFailsUntilTheDiskIsMended() throws IOException {
        try (var file = disk.open(LOG)) {
            disk.fail(new SimDisk.Failure(SimDisk.Operation.SYNC, true, false));
            write(file);
            assertThrows(IOException.class, file::sync);
            assertThrows(IOException.class, file::sync);
            assertFalse(durable());
            disk.mend();
            file.sync();
        }
        assertTrue(durable());
    }

    @Test
    void aDiskForgetsWhatItFailedToSync() throws IOException {
        boolean forgot = false;
        for (int i = 0; i < 20; i++) {
            try (var file = disk.open("shard-3/%010d.log".formatted(i + 1))) {
                write(file);
                disk.fail(new SimDisk.Failure(SimDisk.Operation.SYNC, false, true));
                assertThrows(IOException.class, file::sync);
                file.sync(); // says that all is well
                var name = "shard-3/%010d.log".formatted(i + 1);
                assertArrayEquals(bytes, disk.read(name), "as the process sees it");
                forgot |= !disk.holds(name, MemorySegment.ofArray(bytes), 0);
            }
        }
        assertTrue(forgot);
    }

    @Test
    void onlyASlowDiskTakesLonger() {
        assertEquals(0, disk.extraSyncNanos());
        disk.slow(true);
        for (int i = 0; i < 100; i++) {
            long nanos = disk.extraSyncNanos();
            assertTrue(nanos >= 10_000_000 && nanos <= 500_000_000, nanos + " ns");
        }
        disk.mend();
        assertEquals(0, disk.extraSyncNanos());
    }

    @Test
    void oneBitOfASegmentTurnsOver() throws IOException {
        disk.replace("view", bytes);
        assertNull(disk.flipBit(), "no segment");
        try (var file = disk.open(LOG)) {
            write(file);
            file.sync();
        }
        assertNotNull(disk.flipBit());
        assertArrayEquals(bytes, disk.read("view"));
        disk.losePower();
        var found = disk.read(LOG);
        int flipped = 0;
        for (int i = 0; i < bytes.length; i++) {
            flipped += Integer.bitCount((bytes[i] ^ found[i]) & 0xff);
        }
        assertEquals(1, flipped);
    }
}
