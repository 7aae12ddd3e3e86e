package dev.squall.cli.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The parsing rules of server-sent events, one after the other. */
class EventReaderTest {

    private static List<ServerSentEvent> read(String stream) throws IOException {
        var reader =
                new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
        List<ServerSentEvent> events = new ArrayList<>();
        for (var event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }

    private static ServerSentEvent event(String id, String type, String data) {
        return new ServerSentEvent(id, type, data);
    }

    @Test
    void anEventEndsWithAnEmptyLine() throws IOException {
        assertEquals(
                List.of(event("7", "put", "{\"key\":\"/a\"}"), event("7", "message", "x")),
                read("id: 7\nevent: put\ndata: {\"key\":\"/a\"}\n\ndata:x\n\n"));
    }

    @Test
    void linesMayEndInThreeWays() throws IOException {
        List<ServerSentEvent> expected =
                List.of(event("1", "message", "a\nb"), event("1", "message", "c"));
        assertEquals(expected, read("id:1\ndata:a\ndata:b\n\ndata:c\n\n"));
        assertEquals(expected, read("id:1\r\ndata:a\r\ndata:b\r\n\r\ndata:c\r\n\r\n"));
        assertEquals(expected, read("id:1\rdata:a\rdata:b\r\rdata:c\r\r"));
    }

    @Test
    void onlyOneBlankAfterTheColonIsDropped() throws IOException {
        assertEquals(List.of(event("", "message", " two")), read("data:  two\n\n"));
        assertEquals(List.of(event("", "message", "")), read("data\n\n"));
    }

    @Test
    void commentsAndUnknownFieldsAreIgnored() throws IOException {
        assertEquals(
                List.of(event("", "message", "x")),
                read(": alive\n\nretry: 5\nfoo: 1\ndata: x\n\n"));
    }

    @Test
    void anEventWithoutDataOnlyMovesTheId() throws IOException {
        assertEquals(
                List.of(event("9", "message", "x")), read("id: 9\nevent: lost\n\ndata: x\n\n"));
    }

    @Test
    void anIdWithANullCharacterIsIgnored() throws IOException {
        assertEquals(List.of(event("3", "message", "x")), read("id:3\nid:a\0b\ndata:x\n\n"));
    }

    @Test
    void whatIsCutOffAtTheEndIsDropped() throws IOException {
        assertEquals(List.of(), read("data: x"));
        assertEquals(List.of(), read("data: x\n"));
    }

    @Test
    void aByteOrderMarkIsSkippedAtTheStartOnly() throws IOException {
        assertEquals(List.of(event("", "message", "\uFEFFx")), read("\uFEFFdata: \uFEFFx\n\n"));
    }

    @Test
    void anEndlessEventIsRefused() {
        String line = "data:" + "x".repeat(1 << 20) + "\n";
        var failure = assertThrows(IOException.class, () -> read(line.repeat(9)));
        assertEquals("an event of the watch has over 8388608 characters", failure.getMessage());
        assertThrows(IOException.class, () -> read("x".repeat(EventReader.MAX_EVENT_CHARS + 1)));
    }
}
