package dev.squall.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class EventLineTest {

    private static JsonNode json(String text) {
        return Printer.parse(text.getBytes(StandardCharsets.UTF_8), "the test's text");
    }

    private static String describe(String text) {
        return EventLine.describe(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bothFormsOfTimeBecomeTheLocalClock() {
        String line = "12:03:04.123  /events/gate v4711  2 moving regions";
        assertEquals(
                line,
                EventLine.of(
                        json(
                                """
                                {"key":"/events/gate","version":4711,"timestamp":1767268984123456}\
                                """),
                        "2 moving regions",
                        ZoneOffset.UTC));
        assertEquals(
                line,
                EventLine.of(
                        json(
                                """
                                {"key":"/events/gate","version":"4711",
                                 "timestamp":"2026-01-01T12:03:04.123456Z"}\
                                """),
                        "2 moving regions",
                        ZoneOffset.UTC));
        assertEquals("--:--:--.---  ? v?", EventLine.of(json("{}"), "", ZoneOffset.UTC));
    }

    @Test
    void theMostTellingPartOfAValueIsShown() {
        assertEquals("it moves", describe("{\"summary\":\"it moves\",\"score\":0.9}"));
        assertEquals("{\"score\":0.9}", describe("{ \"score\": 0.9 }"));
        assertEquals("{ not json", describe("{ not json"));
        assertEquals("two lines", describe("two\nlines\n"));
        assertEquals("empty", describe(""));
        assertEquals("3 bytes", describe("a\0b"));
        assertEquals("2 bytes", EventLine.describe(new byte[] {(byte) 0xff, (byte) 0xd8}));
        assertEquals("x".repeat(119) + "…", describe("x".repeat(200)));
    }
}
