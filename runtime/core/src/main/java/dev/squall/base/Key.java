package dev.squall.base;

import java.nio.charset.StandardCharsets;

/**
 * Keys are paths: {@code /pool/any/thing}. The first element names the pool. Static checks only; a
 * key travels as a {@link String}.
 */
public final class Key {

    /** The longest key, in bytes of UTF-8. */
    public static final int BYTES_MAX = 1024;

    /** The longest pool name, in characters. */
    public static final int POOL_CHARS_MAX = 63;

    /** The pool of the node's own metadata; not writable from outside. */
    public static final String SYSTEM_POOL = ".squall";

    private Key() {}

    /** Returns the key when it is one, otherwise throws {@link Failure.Kind#INVALID}. */
    public static String check(String key) {
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw invalid("a key of %d bytes; the limit is %d bytes".formatted(bytes, BYTES_MAX));
        }
        if (key.length() < 2 || key.charAt(0) != '/') {
            throw invalid("key '%s' is not a path like /pool/name".formatted(key));
        }
        int from = 1;
        for (int i = 1; i <= key.length(); i++) {
            if (i == key.length() || key.charAt(i) == '/') {
                checkElement(key, key.substring(from, i));
                from = i + 1;
            } else if (Character.isISOControl(key.charAt(i))) {
                throw invalid("key holds the control character " + (int) key.charAt(i));
            } else if (Character.isSurrogate(key.charAt(i)) && !isPaired(key, i)) {
                throw invalid("key holds half a character (an unpaired surrogate)");
            }
        }
        return key;
    }

    /** As UTF-8, a surrogate without its other half would become another key. */
    private static boolean isPaired(String key, int i) {
        return Character.isHighSurrogate(key.charAt(i))
                ? i + 1 < key.length() && Character.isLowSurrogate(key.charAt(i + 1))
                : Character.isHighSurrogate(key.charAt(i - 1));
    }

    private static void checkElement(String key, String element) {
        if (element.isEmpty() || element.equals(".") || element.equals("..")) {
            throw invalid("key '%s' has the path element '%s'".formatted(key, element));
        }
    }

    /** The pool a key belongs to: its first path element. */
    public static String pool(String key) {
        int end = key.indexOf('/', 1);
        return end < 0 ? key.substring(1) : key.substring(1, end);
    }

    /** Returns the pool name when it is one, otherwise throws {@link Failure.Kind#INVALID}. */
    public static String checkPool(String pool) {
        if (!pool.matches("[a-z0-9][a-z0-9._-]{0," + (POOL_CHARS_MAX - 1) + "}")) {
            throw invalid(
                    "pool name '%s': at most %d of a-z 0-9 . _ -, beginning with a letter or digit"
                            .formatted(pool, POOL_CHARS_MAX));
        }
        return pool;
    }

    /** Whether a key lies under a prefix, element by element: /a/b is under /a, /ab is not. */
    public static boolean under(String key, String prefix) {
        if (prefix.equals("/")) {
            return true;
        }
        return key.startsWith(prefix)
                && (key.length() == prefix.length()
                        || prefix.endsWith("/")
                        || key.charAt(prefix.length()) == '/');
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
