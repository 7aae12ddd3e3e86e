package dev.squall.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"/a", "/cameras/gate/1", "/p/ü €", "/p/😀", "/p/a.b", "/p/..a", "/p/%2F"})
    void pathsAreKeys(String key) {
        assertEquals(key, Key.check(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "a", "a/b", "//a", "/a//b", "/a/", "/a/.", "/a/../b", "/./a"})
    void otherTextsAreNot(String key) {
        var message = refusal(key);
        assertTrue(message.contains("'" + key + "'"), message);
    }

    private static String refusal(String key) {
        var failure = assertThrows(Failure.class, () -> Key.check(key), key);
        assertEquals(Failure.Kind.INVALID, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    @Test
    void controlCharactersAreNamedByTheirNumber() {
        assertEquals("key holds the control character 10", refusal("/a/b\nc"));
        assertEquals("key holds the control character 0", refusal("/a/\0"));
        assertEquals("key holds the control character 127", refusal("/a/b\u007f"));
    }

    /** Half a character would be stored as a question mark: another key than the one asked for. */
    @Test
    void halfACharacterIsRefused() {
        for (var half : List.of("\ud83d", "\ude00", "\ude00\ud83d", "\ud83d/b", "x\ud83d")) {
            assertEquals(
                    "key holds half a character (an unpaired surrogate)", refusal("/a/" + half));
        }
    }

    @Test
    void theLimitCountsBytes() {
        var longest = "/p/" + "é".repeat((Key.BYTES_MAX - 3) / 2);
        Key.check(longest);
        assertEquals(
                "a key of 1025 bytes; the limit is 1024 bytes",
                refusal(longest + "éé".substring(1)));
        Key.check("/p/" + "x".repeat(Key.BYTES_MAX - 3));
        assertEquals(
                "a key of 1025 bytes; the limit is 1024 bytes",
                refusal("/p/" + "x".repeat(Key.BYTES_MAX - 2)));
    }

    @Test
    void thePoolIsTheFirstElement() {
        assertEquals("a", Key.pool("/a"));
        assertEquals("a", Key.pool("/a/b/c"));
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b,/a,true",
        "/ab,/a,false",
        "/a,/a,true",
        "/a/b,/a/,true",
        "/a,/,true",
        "/a,/a/b,false"
    })
    void aPrefixEndsWithAnElement(String key, String prefix, boolean under) {
        assertEquals(under, Key.under(key, prefix));
    }

    @Test
    void poolNamesAreShortAndPlain() {
        Key.checkPool("a-b_c.9");
        Key.checkPool("x".repeat(Key.POOL_CHARS_MAX));
        for (var pool : List.of("", "A", ".squall", "-a", "a/b", "ä", "x".repeat(64))) {
            var failure = assertThrows(Failure.class, () -> Key.checkPool(pool), pool);
            var message = String.valueOf(failure.getMessage());
            assertTrue(message.contains("'" + pool + "'") && message.contains("63"), message);
        }
        assertFalse(Key.SYSTEM_POOL.matches("[a-z0-9].*"), "no user's pool can be the system's");
    }
}
