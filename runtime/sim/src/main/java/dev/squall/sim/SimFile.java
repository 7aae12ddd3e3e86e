package dev.squall.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A file twice: as its process sees it (the page cache), and as it would be found after the power
 * has failed. A sync makes them equal; a power failure keeps any part of what was not synced.
 */
final class SimFile {

    /** What a disk writes as a whole. */
    private static final int SECTOR_BYTES = 512;

    private record Range(int from, int to) {}

    private byte[] cached = new byte[0];
    private int size;
    private byte[] durable = new byte[0];
    private int durableSize;
    private final List<Range> unsynced = new ArrayList<>();
    private final Set<Integer> rotten = new TreeSet<>();

    /** As it was mapped last. */
    private @Nullable MemorySegment mapped;

    /** Whether somebody may read that. */
    private boolean leased;

    int size() {
        return size;
    }

    void write(MemorySegment bytes, long from, int length, int at) {
        cached = grown(cached, at + length);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, from, cached, at, length);
        size = Math.max(size, at + length);
        unsynced.add(new Range(at, at + length));
        rotten.removeIf(r -> r >= at && r < at + length);
        var seen = mapped;
        if (leased && seen != null && at < seen.byteSize()) {
            long shown = Math.min(length, seen.byteSize() - at);
            MemorySegment.copy(bytes, from, seen, at, shown);
        }
    }

    boolean leased() {
        return leased;
    }

    /** Somebody reads what was mapped last, so that he sees what is written from now on. */
    void leased(boolean reads) {
        leased = reads;
    }

    void sync() {
        for (var range : unsynced) {
            keep(range.from(), range.to());
        }
        unsynced.clear();
    }

    /**
     * A sync failed, and the system took the pages for clean: some of what was not synced never
     * will be, though the process still sees it.
     */
    void failSync(Chance chance) {
        unsynced.removeIf(_ -> chance.with(0.5));
    }

    /** Flips a bit, on the disk and in what is read from it, mapped memory included. */
    void flip(int at, int bit) {
        rotten.add(at);
        cached[at] ^= (byte) (1 << bit);
        var seen = mapped;
        if (seen != null && at < seen.byteSize()) {
            seen.set(ValueLayout.JAVA_BYTE, at, cached[at]);
        }
        if (at < durableSize) {
            durable[at] ^= (byte) (1 << bit);
        }
    }

    /** Cuts the file; as production code does it, this is durable at once. */
    void truncate(int to) {
        sync();
        size = Math.min(size, to);
        durableSize = Math.min(durableSize, to);
        Arrays.fill(cached, size, cached.length, (byte) 0);
        Arrays.fill(durable, durableSize, durable.length, (byte) 0);
    }

    /** The bytes as they are now, in memory that changes only when they rot. */
    MemorySegment map() {
        var memory = Arena.ofAuto().allocate(Math.max(size, 1), 8).asSlice(0, size);
        MemorySegment.copy(cached, 0, memory, ValueLayout.JAVA_BYTE, 0, size);
        mapped = memory;
        return memory.asReadOnly();
    }

    byte[] content() {
        return Arrays.copyOf(cached, size);
    }

    /** Whether these bytes would be found at a place after a power failure, or rotted there. */
    boolean holds(MemorySegment bytes, long at) {
        long length = bytes.byteSize();
        if (at + length > durableSize) {
            return false;
        }
        var there = MemorySegment.ofArray(durable).asSlice(at, length);
        long differs = there.mismatch(bytes);
        while (differs >= 0 && rotten.contains((int) (at + differs))) {
            long rest = there.asSlice(differs + 1).mismatch(bytes.asSlice(differs + 1));
            differs = rest < 0 ? rest : differs + 1 + rest;
        }
        return differs < 0;
    }

    /** The power fails: of what was not synced, some writes are kept, the last one torn. */
    void losePower(Chance chance) {
        if (chance.with(0.5)) {
            keepPrefix(chance);
        } else {
            keepSectors(chance);
        }
        unsynced.clear();
        cached = durable.clone();
        size = durableSize;
    }

    private void keepPrefix(Chance chance) {
        int whole = chance.between(0, unsynced.size());
        for (int i = 0; i < unsynced.size() && i <= whole; i++) {
            var range = unsynced.get(i);
            int to = i < whole ? range.to() : chance.between(range.from(), range.to());
            keep(range.from(), to);
        }
    }

    private void keepSectors(Chance chance) {
        for (var range : unsynced) {
            int from = range.from();
            while (from < range.to()) {
                int to = Math.min(range.to(), (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
                if (chance.with(0.5)) {
                    keep(from, to);
                }
                from = to;
            }
        }
    }

    private void keep(int from, int to) {
        if (to > from) {
            durable = grown(durable, to);
            System.arraycopy(cached, from, durable, from, to - from);
            durableSize = Math.max(durableSize, to);
        }
    }

    private static byte[] grown(byte[] bytes, int length) {
        return bytes.length >= length
                ? bytes
                : Arrays.copyOf(bytes, Math.max(length, 2 * bytes.length));
    }
}
