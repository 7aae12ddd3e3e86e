package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.cli.rest.LocalServer;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.rest.ServerSentEvent;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventPrinterTest {
    private final StringWriter out = new StringWriter();
    private final List<String> notices = new ArrayList<>();

    private EventPrinter printer(List<Rest> nodes) {
        var writer = new PrintWriter(out);
        return new EventPrinter(new Printer(writer, writer, OutputForm.TABLE), nodes);
    }

    private static ServerSentEvent event(String data) {
        return new ServerSentEvent("1", "message", data);
    }

    @Test
    void whatTheEventCarriesIsPrinted() {
        EventPrinter printer = printer(List.of());
        printer.print(event("{\"key\":\"/e\",\"version\":1,\"base64\":\"aGk=\"}"));
        printer.print(event("{\"key\":\"/e\",\"version\":2,\"deleted\":true,\"size\":0}"));
        printer.print(event("{\"key\":\"/e\",\"version\":3}"));
        assertEquals(
                """
                --:--:--.---  /e v1  hi
                --:--:--.---  /e v2  deleted
                --:--:--.---  /e v3
                """,
                out.toString());
    }

    @Test
    void aValueIsReadFromANodeThatLives() throws IOException {
        String dead;
        try (var server = new LocalServer(LocalServer.answer(200, "never asked"))) {
            dead = server.url();
        }
        try (var server = new LocalServer(LocalServer.answer(200, "{\"summary\":\"a car\"}"));
                Rest gone = Rest.at(dead, notices::add);
                Rest there = Rest.at(server.url(), notices::add)) {
            EventPrinter printer = printer(List.of(gone, there));
            printer.print(event("{\"key\":\"/e/g\",\"version\":7}"));
            assertEquals("--:--:--.---  /e/g v7  a car\n", out.toString());
            assertEquals("GET /v1/objects/e/g?version=7", server.requests.getFirst().line());
        }
    }

    @Test
    void aValueThatIsGoneSaysSo() throws IOException {
        try (var server = new LocalServer(LocalServer.answer(404, "{\"detail\":\"trimmed\"}"));
                Rest node = Rest.at(server.url(), notices::add)) {
            printer(List.of(node)).print(event("{\"key\":\"/e\",\"version\":7}"));
            assertEquals("--:--:--.---  /e v7  trimmed (HTTP 404)\n", out.toString());
        }
    }
}
