package dev.squall.server.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The console as this server serves it, with the node that runs in it. */
@QuarkusTest
class ConsoleTest extends ConsoleInBrowserContract {

    @TestHTTPResource("/")
    @SuppressWarnings("NullAway.Init") // set by Quarkus before each test
    URI root;

    @Override
    URI node() {
        return root;
    }

    /** Without this a browser would keep the old console for a day after an upgrade. */
    @Test
    void itsOwnFilesAreAskedForAnew() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            for (var path : List.of("/", "/console.css", "/console/app.js")) {
                var request = HttpRequest.newBuilder(root.resolve(path)).build();
                var answer = http.send(request, BodyHandlers.discarding());
                assertEquals(200, answer.statusCode(), path);
                assertEquals(
                        Optional.of("no-cache"),
                        answer.headers().firstValue("Cache-Control"),
                        path);
            }
        }
    }
}
