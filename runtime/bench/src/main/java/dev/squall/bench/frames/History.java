package dev.squall.bench.frames;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads keys and their versions from a node, as any user would. */
final class History {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;

    History(URI url) {
        this.url = url;
    }

    /**
     * One version.
     *
     * @param version its number
     * @param timestamp its time, microseconds since 1970
     * @param producer who put it, {@code id/incarnation/sequence}, or empty
     */
    record Version(long version, long timestamp, String producer) {}

    /** The versions of a key in a range of time, oldest first. */
    List<Version> versions(String key, Instant from, Instant to) throws Exception {
        var found = new ArrayList<Version>();
        var first = from.toString();
        while (true) {
            var page = JSON.readTree(read("/v1/history%s?from=%s&to=%s".formatted(key, first, to)));
            for (var v : page.path("versions")) {
                found.add(
                        new Version(
                                v.path("version").asLong(),
                                v.path("timestamp").asLong(),
                                v.path("producer").asText()));
            }
            if (!page.hasNonNull("next")) {
                return found;
            }
            first = page.path("next").asText();
        }
    }

    /** A version's content. */
    JsonNode content(String key, long version) throws Exception {
        return JSON.readTree(read("/v1/objects%s?version=%d".formatted(key, version)));
    }

    /** Any JSON that the node shows. */
    JsonNode show(String path) throws Exception {
        return JSON.readTree(read(path));
    }

    private byte[] read(String path) throws IOException, InterruptedException {
        var answer =
                http.send(
                        HttpRequest.newBuilder(url.resolve(path)).build(),
                        BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "%s answered %d: %s"
                            .formatted(
                                    url.resolve(path),
                                    answer.statusCode(),
                                    new String(answer.body(), StandardCharsets.UTF_8)));
        }
        return answer.body();
    }
}
