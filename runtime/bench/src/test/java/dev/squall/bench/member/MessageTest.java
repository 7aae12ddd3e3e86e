package dev.squall.bench.member;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MessageTest {

    @Test
    void aMessageIsReadAsItWasWritten() {
        var message =
                Message.of("record", "key", "/pool/a b=c\n.", "size", 7, "why", "", "x", "é%+");
        assertEquals(message, Message.parse(message.line()));
        assertEquals(1, message.line().lines().count());
        assertEquals(7, message.integer("size"));
    }

    @Test
    void noPartOfALineIsAMessage() {
        var line = Message.of("acknowledged", "key", "/a", "version", 1, "stamp", "1-2").line();
        for (int end = 0; end < line.length(); end++) {
            assertNull(Message.parse(line.substring(0, end)), line.substring(0, end));
        }
        assertNull(Message.parse("an exception said something ."));
    }

    @Test
    void aMissingValueIsNamed() {
        var missing =
                assertThrows(
                        IllegalArgumentException.class, () -> Message.of("put").number("depth"));
        assertEquals("'put' without depth", missing.getMessage());
    }
}
