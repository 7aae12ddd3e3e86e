package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.rest.ServerSentEvent;
import dev.squall.cli.terminal.EventLine;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Prints the events of a watch, one line each in the table form. */
final class EventPrinter {
    private final Printer printer;
    private final @Nullable Rest reader;

    /**
     * @param reader where to read the values of events that do not carry them, or null to print the
     *     size instead: a camera's frames are not worth the way
     */
    EventPrinter(Printer printer, @Nullable Rest reader) {
        this.printer = printer;
        this.reader = reader;
    }

    void print(ServerSentEvent event) {
        JsonNode data =
                Printer.parse(event.data().getBytes(StandardCharsets.UTF_8), "an event's data");
        printer.event(data, EventLine.of(data, description(data), ZoneId.systemDefault()));
    }

    private String description(JsonNode data) {
        if (data.path("deleted").asBoolean()) {
            return "deleted";
        }
        if (data.path("text").isTextual()) {
            return EventLine.describe(data.path("text").asText().getBytes(StandardCharsets.UTF_8));
        }
        if (data.path("base64").isTextual()) {
            return EventLine.describe(Base64.getDecoder().decode(data.path("base64").asText()));
        }
        if (reader != null) {
            try {
                var key = new Key(data.path("key").asText());
                return EventLine.describe(
                        reader.bytes(
                                Call.get(key.under("/v1/objects"))
                                        .query("version", data.path("version").asText())));
            } catch (Failure e) {
                return e.what(); // trimmed or deleted meanwhile, or the node is gone: say so
            }
        }
        return data.has("size") ? data.path("size").asText() + " bytes" : "";
    }
}
