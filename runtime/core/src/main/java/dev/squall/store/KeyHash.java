package dev.squall.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of a key's bytes, eight at a time: each word is mixed in by one 128-bit product
 * whose halves are folded, as wyhash does (Wang Yi, 2019). Only for memory: it never travels and
 * never reaches a disk.
 */
final class KeyHash {

    static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long SEED = 0xA076_1D64_78BD_642FL;
    private static final long STEP = 0xE703_7ED1_A0B4_28DBL;

    private KeyHash() {}

    /** The hash of the first bytes of an array. */
    static long of(byte[] key, int length) {
        long h = SEED ^ length;
        if (length < 8) {
            return mix(mix(h ^ few(key, length)));
        }
        for (int i = 0; i + 8 < length; i += 8) {
            h = mix(h ^ (long) LONGS.get(key, i));
        }
        // The last word overlaps the one before, so that no bytes are left over.
        return mix(mix(h ^ (long) LONGS.get(key, length - 8)));
    }

    private static long few(byte[] key, int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = word << 8 | (key[i] & 0xFF);
        }
        return word;
    }

    private static long mix(long word) {
        return Math.unsignedMultiplyHigh(word, STEP) ^ word * STEP;
    }
}
