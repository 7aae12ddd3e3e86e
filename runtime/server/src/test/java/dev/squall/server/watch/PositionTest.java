package dev.squall.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

    @Test
    void itReadsAsItWasWritten() {
        var position = new Position();
        position.advance(7, 1L << 40);
        position.advance(3, 5);
        position.advance(7, (1L << 40) + 1);
        assertEquals("3:5,7:1099511627777", position.toString());
        var read = Position.parse(position.toString());
        assertEquals(5, read.version(3));
        assertTrue(read.knows(7));
        assertFalse(read.knows(4));
        assertEquals(0, read.version(4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "1", "1:", ":1", "1:2,", "a:1", "1:-2", "-1:2", "1:2:3"})
    void noPositions(String text) {
        var e = assertThrows(Failure.class, () -> Position.parse(text));
        assertEquals(Failure.Kind.INVALID, e.kind());
    }

    @Test
    void aLongOneIsRefusedBeforeItIsRead() {
        assertThrows(Failure.class, () -> Position.parse("1:1,".repeat(Position.CHARS_MAX)));
    }

    /** However the network cuts a stream, the same events come out. */
    @Test
    void eventsDoNotDependOnHowTheyWereCut() {
        var stream =
                """
                retry: 1000
                : hello
                id: 1:2

                id: 1:3
                event: put
                data: {"key":"/p/ü"}

                : alive

                id: 1:4
                event: missed
                data: {}

                """;
        var bytes = stream.getBytes(StandardCharsets.UTF_8);
        long seed = 5;
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            var events = new ArrayList<String>();
            var lines = new EventLines(collect(events));
            for (int at = 0; at < bytes.length; ) {
                int length = 1 + random.nextInt(bytes.length - at);
                lines.handle(Buffer.buffer(stream(bytes, at, length)));
                at += length;
            }
            assertEquals(
                    List.of("1:2||", "1:3|put|{\"key\":\"/p/ü\"}", "1:4|missed|{}"),
                    events,
                    "seed " + seed);
        }
    }

    @Test
    void aLineWithoutEndBreaksTheStream() {
        var events = new ArrayList<String>();
        var lines = new EventLines(collect(events));
        lines.handle(Buffer.buffer("x".repeat(EventLines.LINE_BYTES_MAX + 1)));
        assertEquals(List.of("broken"), events);
    }

    private static byte[] stream(byte[] bytes, int from, int length) {
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    private static EventLines.Sink collect(List<String> events) {
        return new EventLines.Sink() {
            @Override
            public void event(String id, String type, String data) {
                events.add(id + "|" + type + "|" + data);
            }

            @Override
            public void broken(IOException reason) {
                events.add("broken");
            }
        };
    }
}
