package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a shard has made of its log, in bytes, little-endian and without padding: the state in a
 * {@link dev.squall.log.Checkpoint}. Shards that hold the same log have the same bytes.
 *
 * <pre>
 *   keys i64
 *   producers, and from where keys have come: bytes i32, as {@link Imports} has it
 *   tickets: {@link Tickets#write}
 *   needed records: first segment i32, segments i32, each i32
 *   uploads: {@link Chunks#write}
 *   labelled versions: {@link Kept#write}
 *   the keys in order, each: bytes shared with the one before u16, other bytes u16,
 *     place of its newest version i64, the other bytes
 * </pre>
 */
final class IndexState {

    static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private IndexState() {}

    /** Writes it, part by part in the order of the layout. Belongs to one thread. */
    static final class Writer {

        private MemorySegment m;
        private long at = Long.BYTES;
        private long keys;
        private byte[] last = {};
        private int lastLength;

        /**
         * @param bytes about so many will be written
         */
        Writer(long bytes) {
            this.m = Region.allocate(Math.max(bytes, 4096));
        }

        void write(Imports imports) {
            int length = imports.length();
            putInt(length);
            room(length);
            imports.write(m, at);
            at += length;
        }

        void write(Tickets tickets, long first) {
            tickets.write(this, first);
        }

        void write(Needed needed, int first, int end) {
            putInt(first);
            putInt(end - first);
            for (int number = first; number < end; number++) {
                putInt(needed.counts().of(number));
            }
            needed.chunks().write(this);
        }

        void key(byte[] key, int length, long location) {
            int differ = Arrays.mismatch(last, 0, lastLength, key, 0, length);
            int shared = Math.max(0, differ);
            int other = length - shared;
            room(12L + other);
            m.set(SHORT, at, (short) shared);
            m.set(SHORT, at + 2, (short) other);
            m.set(LONG, at + 4, location);
            MemorySegment.copy(key, shared, m, ValueLayout.JAVA_BYTE, at + 12, other);
            at += 12 + other;
            if (last.length < length) {
                last = new byte[2 * length];
            }
            System.arraycopy(key, 0, last, 0, length);
            lastLength = length;
            keys++;
        }

        void putInt(int value) {
            room(Integer.BYTES);
            m.set(INT, at, value);
            at += Integer.BYTES;
        }

        void putLong(long value) {
            room(Long.BYTES);
            m.set(LONG, at, value);
            at += Long.BYTES;
        }

        void putText(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            putInt(utf8.length);
            room(utf8.length);
            MemorySegment.copy(utf8, 0, m, ValueLayout.JAVA_BYTE, at, utf8.length);
            at += utf8.length;
        }

        private void room(long bytes) {
            if (at + bytes > m.byteSize()) {
                var larger = Region.allocate(2 * (at + bytes));
                MemorySegment.copy(m, 0, larger, 0, at);
                m = larger;
            }
        }

        MemorySegment done() {
            m.set(LONG, 0, keys);
            return m.asSlice(0, at).asReadOnly();
        }
    }

    /** Reads it, part by part in the order of the layout; then it steps through the keys. */
    static final class Reader {

        private final MemorySegment m;
        private long at = Long.BYTES;
        private long left;
        private byte[] key = new byte[64];
        private int length;
        private long location;

        Reader(MemorySegment state) {
            this.m = state;
            this.left = state.get(LONG, 0);
        }

        void read(Imports imports) {
            int bytes = getInt();
            imports.read(m.asSlice(at, bytes));
            at += bytes;
        }

        void read(Tickets tickets, long first) {
            tickets.read(this, first);
        }

        void read(Needed needed) {
            int first = getInt();
            int segments = getInt();
            for (int i = 0; i < segments; i++) {
                needed.counts().add((long) (first + i) << 32, getInt());
            }
            needed.chunks().read(this);
        }

        int getInt() {
            int value = m.get(INT, at);
            at += Integer.BYTES;
            return value;
        }

        long getLong() {
            long value = m.get(LONG, at);
            at += Long.BYTES;
            return value;
        }

        String getText() {
            byte[] utf8 = new byte[getInt()];
            MemorySegment.copy(m, ValueLayout.JAVA_BYTE, at, utf8, 0, utf8.length);
            at += utf8.length;
            return new String(utf8, StandardCharsets.UTF_8);
        }

        /** How many keys there are, those that were stepped over not counted. */
        long keys() {
            return left;
        }

        /** Steps to the next key. Returns false when there is none. */
        boolean next() {
            if (left == 0) {
                return false;
            }
            left--;
            int shared = Short.toUnsignedInt(m.get(SHORT, at));
            int other = Short.toUnsignedInt(m.get(SHORT, at + 2));
            location = m.get(LONG, at + 4);
            length = shared + other;
            if (length > key.length) {
                key = Arrays.copyOf(key, 2 * length);
            }
            MemorySegment.copy(m, ValueLayout.JAVA_BYTE, at + 12, key, shared, other);
            at += 12 + other;
            return true;
        }

        /** The key on which it stands, in the first {@link #length} bytes. */
        byte[] key() {
            return key;
        }

        int length() {
            return length;
        }

        /** Where that key's newest version lies. */
        long location() {
            return location;
        }
    }

    /** The number of the segment in which a location lies. */
    static int segment(long location) {
        return (int) (location >>> 32);
    }

    /** The number of the segment in which a log will be written next. */
    static int end(Log log) {
        return segment(log.tail()) + 1;
    }
}
