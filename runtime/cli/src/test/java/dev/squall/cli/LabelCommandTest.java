package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.cli.rest.LocalServer;
import dev.squall.cli.rest.LocalServer.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code squall} asks for where somebody wants a version to stay. */
@Timeout(30)
class LabelCommandTest {
    private static final String DONE =
            """
            {"key":"/a/b","label":"strange","version":7,"timestamp":1,"shard":0}\
            """;

    /** A finished run and the one request that it made. */
    private record Exchange(Run run, Request request) {}

    private static Exchange ok(String answer, String... arguments) throws IOException {
        try (var server = new LocalServer(LocalServer.answer(200, answer))) {
            List<String> line = new ArrayList<>(List.of(arguments));
            line.addAll(List.of("--url", server.url()));
            Run run = Run.of(line.toArray(String[]::new));
            assertEquals(0, run.code(), run.err());
            assertEquals(1, server.requests.size(), run.err());
            return new Exchange(run, server.requests.getFirst());
        }
    }

    @Test
    void givesTakesAndListsLabels() throws IOException {
        Exchange given = ok(DONE, "label", "/a/b", "strange", "--version", "3");
        assertEquals("PUT /v1/labels/a/b?label=strange&version=3", given.request.line());
        Exchange taken = ok(DONE, "label", "/a/b", "--remove");
        assertEquals("DELETE /v1/labels/a/b", taken.request.line());
        Exchange listed =
                ok(
                        """
                        {"versions":[{"version":3,"timestamp":9,"label":"strange"}]}\
                        """,
                        "label",
                        "/a/b");
        assertEquals("GET /v1/labels/a/b", listed.request.line());
        assertEquals(
                """
                VERSION  TIMESTAMP  LABEL
                3        9          strange
                """,
                listed.run.out());
    }

    @Test
    void aPoolNamesWhatItKeeps() throws IOException {
        Exchange kept =
                ok(
                        "{\"name\":\"/p\"}",
                        "pool create /p --store persistent --retain-age 1h"
                                .concat(" --keep strange,rare --keep-bytes 9")
                                .split(" ", -1));
        assertEquals(
                """
                {"store":"persistent","retention":{"age":"1h",\
                "keep":{"labels":["strange","rare"],"bytes":9}}}\
                """,
                kept.request.body());
    }

    @Test
    void aPutMayHaveOne(@TempDir Path dir) throws IOException {
        String file = Files.writeString(dir.resolve("value"), "hello").toString();
        Exchange put = ok(DONE, "put", "/a/b", file, "--label", "strange");
        assertEquals("PUT /v1/objects/a/b?label=strange", put.request.line());
    }
}
