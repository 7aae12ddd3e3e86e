package dev.squall.server.http;

import org.jspecify.annotations.Nullable;

/**
 * One range of bytes (RFC 9110, section 14).
 *
 * @param from the first byte
 * @param length how many; 0 when no byte of what was asked for exists
 */
public record ByteRange(long from, long length) {

    /**
     * What a Range header asks for of so many bytes, or null when it is to be ignored, as a server
     * may and must for forms that it does not know: then everything is answered.
     */
    public static @Nullable ByteRange of(@Nullable String header, long size) {
        if (header == null || !header.startsWith("bytes=")) {
            return null;
        }
        var spec = header.substring("bytes=".length()).strip();
        int dash = spec.indexOf('-');
        if (dash < 0 || spec.indexOf(',') >= 0) {
            return null;
        }
        long first = number(spec.substring(0, dash));
        long last = number(spec.substring(dash + 1));
        if (first == NONE && last >= 0) {
            long length = Math.min(last, size);
            return new ByteRange(size - length, length);
        }
        if (first < 0 || last == BAD || (last >= 0 && last < first)) {
            return null;
        }
        if (first >= size) {
            return new ByteRange(size, 0);
        }
        long end = last == NONE ? size - 1 : Math.min(last, size - 1);
        return new ByteRange(first, end - first + 1);
    }

    private static final long NONE = -1;
    private static final long BAD = -2;

    private static long number(String digits) {
        if (digits.isEmpty()) {
            return NONE;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return BAD;
            }
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            return BAD;
        }
    }

    /** The Content-Range header of an answer. */
    public String contentRange(long size) {
        return length == 0
                ? "bytes */" + size
                : "bytes %d-%d/%d".formatted(from, from + length - 1, size);
    }
}
