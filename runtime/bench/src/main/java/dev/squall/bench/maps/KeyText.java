package dev.squall.bench.maps;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes a number the key of an object, {@code /bench/kxxxxxxxx}, in an array that is used again.
 * The digits are stored as one word: if they were stored one by one, a reader's loads of whole
 * words would have to wait until all before was done, and no two reads could overlap.
 */
final class KeyText {

    static final int BYTES = 16;

    private static final byte[] PREFIX = "/bench/k".getBytes(StandardCharsets.UTF_8);
    private static final long A = 0x6161_6161_6161_6161L;

    private final byte[] text = Arrays.copyOf(PREFIX, BYTES);

    byte[] of(int number) {
        long digits = number & 0xFFFF_FFFFL;
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFFL;
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FFL;
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
        Words.set(text, PREFIX.length, digits + A);
        return text;
    }
}
