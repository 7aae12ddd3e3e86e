package dev.squall.store;

import dev.squall.base.Counter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A shard's keys in the order of {@link String#compareTo}: sorted blocks of about a kilobyte, in
 * which each key is written as what it does not share with the one before (front coding, as in the
 * prefix B-trees of Bayer and Unterauer, 1977). About ten bytes a key, and no object for each.
 *
 * <p><b>Threads.</b> One writer; any number of readers, without locks. A block is never changed but
 * replaced; so is the array of blocks when one more comes in or one goes. A listing sees every key
 * that was there when it began and still is; of those that come or go meanwhile, some.
 */
final class KeyOrder {

    /** A block that grows beyond this is split: 1 KiB; one key alone may need more. */
    static final int BLOCK_BYTES = 1024;

    private static final VarHandle BLOCK = MethodHandles.arrayElementVarHandle(byte[][].class);

    private volatile byte[][] blocks = {};
    private final Counter size = new Counter();

    /** Decides whether a key is listed. */
    interface Filter {
        boolean accepts(String key);
    }

    int size() {
        return (int) size.get();
    }

    /** Adds a key that is not there. */
    void add(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        var now = blocks;
        if (now.length == 0) {
            blocks = new byte[][] {new Writer(utf8.length + 8).add(utf8).done()};
        } else {
            int at = Math.max(0, find(now, utf8));
            replace(now, at, with(now[at], utf8));
        }
        size.add(1);
    }

    /** Shows a key and its bytes; they are as they are only as long as this runs. */
    interface Each {
        void key(byte[] key, int length);
    }

    /** Shows all keys in order. */
    void each(Each each) {
        for (byte[] block : blocks) {
            var reader = new Reader(block);
            while (reader.next()) {
                each.key(reader.key, reader.length);
            }
        }
    }

    /** Fills an empty order with keys that come in order: a block is written once. */
    final class Loader {
        private final List<byte[]> done = new ArrayList<>();
        private Writer block = new Writer(BLOCK_BYTES + 256);
        private long count;

        void add(byte[] key, int length) {
            if (block.length > BLOCK_BYTES / 2) { // half full, so that the next ones find room
                done.add(block.done());
                block = new Writer(BLOCK_BYTES + 256);
            }
            var _ = block.add(key, length);
            count++;
        }

        /** From here on they are there. */
        void end() {
            if (count > 0) {
                done.add(block.done());
            }
            blocks = done.toArray(byte[][]::new);
            size.add(count);
        }
    }

    /** Takes a key out; none there is fine. */
    void remove(String key) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        var now = blocks;
        int at = find(now, utf8);
        if (at < 0) {
            return;
        }
        var left = new Writer(now[at].length + 8);
        var reader = new Reader(now[at]);
        boolean found = false;
        while (reader.next()) {
            if (compare(reader.key, reader.length, utf8, utf8.length) == 0) {
                found = true;
            } else {
                left.add(reader);
            }
        }
        if (found) {
            replace(now, at, left.length == 0 ? List.of() : List.of(left.done()));
            size.add(-1);
        }
    }

    /** A block with one more key, as two if it has become too large. */
    private static List<byte[]> with(byte[] block, byte[] key) {
        var first = new Writer(block.length + key.length + 8);
        var second = new Writer(block.length + key.length + 8);
        boolean splits = block.length + key.length > BLOCK_BYTES;
        var reader = new Reader(block);
        boolean placed = false;
        while (reader.next()) {
            var to = splits && first.length > block.length / 2 ? second : first;
            if (!placed && compare(key, key.length, reader.key, reader.length) < 0) {
                to.add(key);
                placed = true;
            }
            to.add(reader);
        }
        if (!placed) {
            (splits ? second : first).add(key);
        }
        return second.length == 0 ? List.of(first.done()) : List.of(first.done(), second.done());
    }

    private void replace(byte[][] now, int at, List<byte[]> by) {
        if (by.size() == 1) {
            BLOCK.setRelease(now, at, by.getFirst());
            return;
        }
        var next = new byte[now.length - 1 + by.size()][];
        System.arraycopy(now, 0, next, 0, at);
        for (int i = 0; i < by.size(); i++) {
            next[at + i] = by.get(i);
        }
        System.arraycopy(now, at + 1, next, at + by.size(), now.length - at - 1);
        blocks = next;
    }

    /** The last block that begins with a key not behind this one; -1 = none does. */
    private static int find(byte[][] blocks, byte[] key) {
        int low = 0;
        int high = blocks.length;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (compareFirst((byte[]) BLOCK.getAcquire(blocks, mid), key) <= 0) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low - 1;
    }

    /**
     * Keys under a prefix, in order.
     *
     * @param after only keys behind this one; empty = from the first on
     * @param limit at most so many
     * @param filter asked for each of them, until there are enough
     */
    List<String> keys(String prefix, String after, int limit, Filter filter) {
        var from = after.compareTo(prefix) >= 0 ? after : prefix;
        byte[] start = from.getBytes(StandardCharsets.UTF_8);
        var found = new ArrayList<String>();
        var now = blocks;
        for (int i = Math.max(0, find(now, start)); i < now.length; i++) {
            var reader = new Reader((byte[]) BLOCK.getAcquire(now, i));
            while (reader.next()) {
                int order = compare(reader.key, reader.length, start, start.length);
                if (order < 0 || (order == 0 && from.equals(after))) {
                    continue;
                }
                var key = reader.text();
                if (found.size() == limit || !key.startsWith(prefix)) {
                    return found;
                }
                if (filter.accepts(key)) {
                    found.add(key);
                }
            }
        }
        return found;
    }

    private static int compareFirst(byte[] block, byte[] key) {
        int length = number(block, 2);
        for (int i = 0; i < Math.min(length, key.length); i++) {
            int order = rank(block[4 + i]) - rank(key[i]);
            if (order != 0) {
                return order;
            }
        }
        return length - key.length;
    }

    /** The order of UTF-16, which is that of strings, of two texts in UTF-8. */
    static int compare(byte[] a, int aLength, byte[] b, int bLength) {
        int i = Arrays.mismatch(a, 0, aLength, b, 0, bLength);
        if (i < 0) {
            return 0;
        }
        return i == Math.min(aLength, bLength) ? aLength - bLength : rank(a[i]) - rank(b[i]);
    }

    /** What begins with EE or EF stands behind the pairs of surrogates, which begin with F0 on. */
    private static int rank(byte b) {
        int value = b & 0xFF;
        return value == 0xEE || value == 0xEF ? value + 0x10 : value;
    }

    private static int number(byte[] block, int at) {
        return (block[at] & 0xFF) << 8 | (block[at + 1] & 0xFF);
    }

    /** Steps through a block: shared bytes u16, other bytes u16, the other bytes. */
    private static final class Reader {
        private final byte[] block;
        private int at;
        byte[] key = new byte[64];
        int length;

        Reader(byte[] block) {
            this.block = block;
        }

        boolean next() {
            if (at == block.length) {
                return false;
            }
            int shared = number(block, at);
            int other = number(block, at + 2);
            length = shared + other;
            if (length > key.length) {
                key = Arrays.copyOf(key, 2 * length);
            }
            System.arraycopy(block, at + 4, key, shared, other);
            at += 4 + other;
            return true;
        }

        String text() {
            return new String(key, 0, length, StandardCharsets.UTF_8);
        }
    }

    /** Writes a block, keys in order. */
    private static final class Writer {
        private byte[] block;
        private byte[] last = {};
        private int lastLength;
        int length;

        Writer(int capacity) {
            this.block = new byte[capacity];
        }

        Writer add(byte[] key) {
            return add(key, key.length);
        }

        void add(Reader reader) {
            var _ = add(reader.key, reader.length);
        }

        private Writer add(byte[] key, int keyLength) {
            int differ = Arrays.mismatch(last, 0, lastLength, key, 0, keyLength);
            int shared = length == 0 ? 0 : Math.max(0, differ);
            int other = keyLength - shared;
            if (length + 4 + other > block.length) {
                block = Arrays.copyOf(block, 2 * (length + 4 + other));
            }
            put(length, shared);
            put(length + 2, other);
            System.arraycopy(key, shared, block, length + 4, other);
            length += 4 + other;
            if (keyLength > last.length) {
                last = new byte[2 * keyLength];
            }
            System.arraycopy(key, 0, last, 0, keyLength);
            lastLength = keyLength;
            return this;
        }

        private void put(int at, int value) {
            block[at] = (byte) (value >>> 8);
            block[at + 1] = (byte) value;
        }

        byte[] done() {
            return length == block.length ? block : Arrays.copyOf(block, length);
        }
    }
}
