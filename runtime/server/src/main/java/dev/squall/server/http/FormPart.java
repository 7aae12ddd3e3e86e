package dev.squall.server.http;

import dev.squall.base.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Finds a file in an uploaded form (RFC 7578). The delimiter begins with a carriage return that it
 * cannot hold a second time, so that looking for it takes one step a byte, whatever the bytes are.
 */
public final class FormPart {

    /** The most parts of a form. */
    static final int PARTS_MAX = 64;

    /** The longest head of a part: 8 KiB. */
    static final int HEAD_BYTES_MAX = 8 << 10;

    /** The longest boundary (RFC 2046), in characters. */
    static final int BOUNDARY_CHARS_MAX = 70;

    private static final Pattern BOUNDARY =
            Pattern.compile("(?i);\\s*boundary=(?:\"([^\"\\r\\n]+)\"|([^\\s;\"]+))");

    private static final Pattern NAME =
            Pattern.compile("(?im)^content-disposition:\\s*form-data\\b.*?;\\s*name=\"([^\"]*)\"");

    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    private FormPart() {}

    /** Whether a body of this type is a form. */
    public static boolean isForm(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /**
     * The bytes of the first part of a name.
     *
     * @param contentType the body's, with its boundary
     */
    public static byte[] find(byte[] body, String contentType, String name) {
        var delimiter = ("\r\n--" + boundary(contentType)).getBytes(StandardCharsets.ISO_8859_1);
        // The first delimiter may begin the body, without the line break that is part of it.
        int at = startsWith(body, 0, delimiter, 2) ? delimiter.length - 2 : -1;
        if (at < 0) {
            at = after(body, delimiter, 0);
        }
        for (int parts = 0; parts < PARTS_MAX; parts++) {
            if (at < 0 || startsWith(body, at, new byte[] {'-', '-'}, 0)) {
                throw invalid("the form has no file part '%s'".formatted(name));
            }
            int content = after(body, HEAD_END, at);
            if (content < 0 || content - at > HEAD_BYTES_MAX) {
                throw invalid(
                        "a part of the form has no end of its head within %d bytes"
                                .formatted(HEAD_BYTES_MAX));
            }
            int next = after(body, delimiter, content - 2);
            if (next < 0) {
                throw invalid("the form's last part has no end");
            }
            var head = new String(body, at, content - at, StandardCharsets.UTF_8);
            var found = NAME.matcher(head);
            if (found.find() && found.group(1).equals(name)) {
                int end = next - delimiter.length;
                return Arrays.copyOfRange(body, content, Math.max(content, end));
            }
            at = next;
        }
        throw invalid("the form has more than %d parts".formatted(PARTS_MAX));
    }

    private static String boundary(String contentType) {
        var match = BOUNDARY.matcher(contentType);
        if (!match.find()) {
            throw invalid("Content-Type '%s' names no boundary".formatted(contentType));
        }
        var boundary = match.group(1) == null ? match.group(2) : match.group(1);
        if (boundary.length() > BOUNDARY_CHARS_MAX) {
            throw invalid(
                    "a boundary of %d characters; the limit is %d"
                            .formatted(boundary.length(), BOUNDARY_CHARS_MAX));
        }
        return boundary;
    }

    /** Where the first occurrence of a pattern ends, or -1. */
    private static int after(byte[] body, byte[] pattern, int from) {
        for (int i = from; i <= body.length - pattern.length; i++) {
            if (body[i] == pattern[0] && startsWith(body, i, pattern, 0)) {
                return i + pattern.length;
            }
        }
        return -1;
    }

    private static boolean startsWith(byte[] body, int at, byte[] pattern, int skip) {
        int length = pattern.length - skip;
        return at + length <= body.length
                && Arrays.equals(body, at, at + length, pattern, skip, pattern.length);
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
