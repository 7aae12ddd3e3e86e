package dev.squall.server.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.stream.Stream;

/** Reads server-sent events, one after the other. */
public final class EventStream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One event.
     *
     * @param data its JSON; null for a block that only tells the position
     */
    public record Event(String id, String type, JsonNode data) {}

    private final Stream<String> lines;
    private final Iterator<String> line;

    private EventStream(Stream<String> lines) {
        this.lines = lines;
        this.line = lines.iterator();
    }

    static EventStream open(HttpClient http, URI uri, String... headers) {
        var request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            var response = http.send(request.build(), BodyHandlers.ofLines());
            assertEquals(200, response.statusCode());
            assertEquals(
                    "text/event-stream", response.headers().firstValue("Content-Type").orElse(""));
            return new EventStream(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The position with which the stream began. */
    public String begin() {
        return block().id();
    }

    /** Waits for the next event. */
    public Event next() {
        while (true) {
            var event = block();
            if (!event.data().isMissingNode()) {
                return event;
            }
        }
    }

    private Event block() {
        String id = "";
        String type = "message";
        var data = JSON.missingNode();
        while (line.hasNext()) {
            var text = line.next();
            if (text.isEmpty()) {
                return new Event(id, type, data);
            }
            int colon = text.indexOf(": ");
            var value = colon < 0 ? "" : text.substring(colon + 2);
            if (text.startsWith("id:")) {
                id = value;
            } else if (text.startsWith("event:")) {
                type = value;
            } else if (text.startsWith("data:")) {
                data = parse(value);
            }
        }
        throw new AssertionError("the stream ended");
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
