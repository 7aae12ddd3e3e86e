package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Refusal;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.rest.ServerSentEvent;
import dev.squall.cli.terminal.EventLine;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;

/** Prints the events of a watch, one line each in the table form. One thread. */
final class EventPrinter {
    /** The type of the event that tells of a gap. */
    private static final String TRIMMED = "trimmed";

    private final Printer printer;
    private final List<Rest> nodes;

    /** The node that answered last, so that a dead one is asked only once. */
    private int current;

    /**
     * @param nodes where to read the values of events that do not carry them; none to print the
     *     size instead: a camera's frames are not worth the way
     */
    EventPrinter(Printer printer, List<Rest> nodes) {
        this.printer = printer;
        this.nodes = List.copyOf(nodes);
    }

    void print(ServerSentEvent event) {
        prepare(event).run();
    }

    /** Reads what the line needs, which takes a while; running the result prints it. */
    Runnable prepare(ServerSentEvent event) {
        JsonNode data =
                Printer.parse(event.data().getBytes(StandardCharsets.UTF_8), "an event's data");
        if (event.type().equals(TRIMMED)) {
            var gap =
                    "shard %s: versions behind %s up to %s were dropped before they could be shown"
                            .formatted(
                                    data.path("shard").asText(),
                                    data.path("after").asText(),
                                    data.path("through").asText());
            return () -> printer.note(gap);
        }
        var line = EventLine.of(data, description(data), ZoneId.systemDefault());
        return () -> printer.event(data, line);
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
        if (!nodes.isEmpty()) {
            var key = new Key(data.path("key").asText());
            return read(
                    Call.get(key.under("/v1/objects"))
                            .query("version", data.path("version").asText()));
        }
        return data.has("size") ? data.path("size").asText() + " bytes" : "";
    }

    /** The value in words, from the first node that answers. */
    private String read(Call call) {
        String reason = "";
        for (int tries = 0; tries < nodes.size(); tries++) {
            try {
                return EventLine.describe(nodes.get(current).bytes(call));
            } catch (Refusal e) {
                return e.what(); // trimmed or deleted meanwhile: no other node has it either
            } catch (Failure e) {
                reason = e.what();
                current = (current + 1) % nodes.size();
            }
        }
        return reason;
    }
}
