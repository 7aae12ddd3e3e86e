package dev.squall.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.base.Version;
import dev.squall.store.Position;
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
        position.advance(7, Version.of(1, 0));
        position.advance(3, 0);
        position.advance(7, Version.of(2, 36));
        position.advance(8, Version.of(2, 5));
        position.advance(9, Position.NOT_BEGUN);
        position.advance(10, Version.of(2, 6));
        position.advance(40, Version.of(3, 6));
        assertEquals("3:0.0,7:2.10,5,-,6,14:3.6", position.toString());
        assertEquals("8:2.5", position.of(8));
        var read = Position.parse(position.toString());
        assertEquals(position.toString(), read.toString());
        assertEquals(Version.of(2, 36), read.version(7));
        assertTrue(read.begun(3));
        assertTrue(read.names(9));
        assertFalse(read.begun(9));
        assertFalse(read.names(4));
    }

    /** Every id of a long watch carries the whole of it: a few characters a shard. */
    @Test
    void itIsShort() {
        var position = new Position();
        for (int shard = 1; shard <= 64; shard++) {
            position.advance(shard, Version.of(12, 1_000_000 + shard));
        }
        assertTrue(position.toString().length() <= 64 * 5 + 5, position.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "1",
                "1:",
                ":1.1",
                "1:2",
                "1:2.3,",
                "1:2.3,2:",
                "a!:1.1",
                "1:-2",
                "-1:2.1",
                "1:2:3.1",
                "2:1.1,1:1.1",
                "1:1.1,1:1.2",
                "1:6bk00.1",
                "1:1.zzzzzzzzz",
                "1:+1.1",
                "1:1.-1",
                "zzzzzzz:1.1",
                "1:99999999999999999999.1"
            })
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
                event: trimmed
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
                    List.of("1:2||", "1:3|put|{\"key\":\"/p/ü\"}", "1:4|trimmed|{}"),
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
