package dev.squall.bench.maps;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Makes a number the key of an object, {@code /bench/xxxxx}, in an array that is used again. */
final class KeyText {

    static final int BYTES = 12;

    private static final byte[] PREFIX = "/bench/".getBytes(StandardCharsets.UTF_8);

    private final byte[] text = Arrays.copyOf(PREFIX, BYTES);

    byte[] of(int number) {
        for (int i = 0; i < BYTES - PREFIX.length; i++) {
            text[PREFIX.length + i] = (byte) ('0' + (number >>> (6 * i) & 63));
        }
        return text;
    }
}
