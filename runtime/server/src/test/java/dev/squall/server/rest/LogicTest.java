package dev.squall.server.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.server.testing.Answer;
import dev.squall.server.testing.Jars;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads, triggers and graphs, with real jars in a real node. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class LogicTest {

    private static final String BOUNDARY = "----boundary7d1";

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("in", "{}");
        rest.pool("out", "{}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private Answer upload(byte[] jar, String query) {
        return rest.send(
                "POST", "/v1/udls" + query, jar, "Content-Type", "application/java-archive");
    }

    private Answer uploadForm(String field, byte[] jar) {
        return rest.send(
                "POST",
                "/v1/udls",
                form(field, jar),
                "Content-Type",
                "multipart/form-data; boundary=" + BOUNDARY);
    }

    private static byte[] form(String field, byte[] content) {
        var head =
                """
                --%s
                Content-Disposition: form-data; name="%s"; filename="x.jar"
                Content-Type: application/java-archive

                """
                        .formatted(BOUNDARY, field)
                        .replace("\n", "\r\n");
        var form = new ByteArrayOutputStream();
        form.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        form.writeBytes(content);
        form.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    @Test
    void aJarIsUploadedOnceShownAndDeleted() {
        var jar = Jars.echo("life", 1, "/in/life", "/out");
        var dry = upload(jar, "?dryRun=true").is(200).json();
        assertEquals("life:1", dry.path("id").asText());
        rest.get("/v1/udls/life").problem(404, "not-found");

        var created = upload(jar, "").is(201);
        assertTrue(created.header("Location").endsWith("/v1/udls/life/1"));
        var udl = created.json();
        assertEquals("life", udl.path("name").asText());
        assertEquals(1, udl.path("version").asInt());
        assertEquals(64, udl.path("sha256").asText().length());
        assertEquals("echo", udl.path("entries").get(0).path("name").asText());
        assertEquals("/in/life", udl.path("entries").get(0).path("prefix").asText());
        assertEquals("life:1", upload(jar, "").is(200).json().path("id").asText());
        assertEquals("life:1", uploadForm("jarfile", jar).is(200).json().path("id").asText());

        var other = Jars.echo("life", 1, "/in/other", "/out");
        upload(other, "").problem(409, "conflict");
        uploadForm("jarfile", Jars.echo("life", 2, "/in/life", "/out")).is(201);
        assertEquals(2, rest.get("/v1/udls/life").is(200).json().path("versions").size());
        assertEquals(2, rest.get("/v1/udls/life/2").is(200).json().path("version").asInt());
        assertTrue(rest.get("/v1/udls").is(200).text().contains("\"life:2\""));

        rest.delete("/v1/udls/life/2").is(204);
        rest.get("/v1/udls/life/2").problem(404, "not-found");
        rest.delete("/v1/udls/life").is(204);
        rest.get("/v1/udls/life").problem(404, "not-found");
        rest.delete("/v1/udls/life").problem(404, "not-found");
        rest.get("/v1/udls/life/logs").problem(404, "not-found");
    }

    @Test
    void whatIsNoJar() {
        upload("hello".getBytes(StandardCharsets.UTF_8), "").problem(400, "invalid");
        upload(new byte[0], "").problem(400, "invalid");
        uploadForm("jarfile", new byte[0]).problem(400, "invalid");
        var detail = uploadForm("jar", Jars.echo("x", 1, "/in/x", "/out")).problem(400, "invalid");
        assertTrue(detail.contains("'jarfile'"), detail);
    }

    /** Whatever stands in a form, it is refused, and the next one is taken. */
    @Test
    void noFormBreaksIt() {
        long seed = 11;
        var random = new Random(seed);
        var form = form("jarfile", new byte[200]);
        for (int i = 0; i < 300; i++) {
            var bytes = form.clone();
            for (int n = 1 + random.nextInt(6); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var answer =
                    rest.send(
                            "POST",
                            "/v1/udls?dryRun=true",
                            bytes,
                            "Content-Type",
                            "multipart/form-data; boundary=" + BOUNDARY);
            assertEquals(400, answer.status(), "seed " + seed + ", " + i + ": " + answer.text());
            assertEquals("application/problem+json", answer.header("Content-Type"));
        }
    }

    @Test
    void anObjectMeetsTheLogicAndATriggerIsAnswered() throws InterruptedException {
        upload(Jars.echo("meets", 1, "/in/meets", "/out"), "").is(201);
        rest.put("/v1/objects/in/meets/a", "stored").is(200);
        assertEquals("stored", await("/v1/objects/out/a"));

        assertEquals("hi", rest.post("/v1/trigger/in/meets/b?reply=wait", "hi").is(200).text());
        assertEquals("hi", await("/v1/objects/out/b"));
        rest.post("/v1/trigger/in/meets/b?reply=wait", "quiet").is(204);
        rest.post("/v1/trigger/in/meets/c", "later").is(202);
        assertEquals("later", await("/v1/objects/out/c"));
        var detail =
                rest.post("/v1/trigger/in/meets/b?reply=wait", "fail").problem(500, "logic-failed");
        assertTrue(detail.contains("told to fail"), detail);

        rest.get("/v1/objects/in/meets/b").problem(404, "not-found");
        rest.post("/v1/trigger/in/meets/b?reply=soon", "x").problem(400, "invalid");
        rest.post("/v1/trigger/in/unbound/b?reply=wait", "x").problem(404, "not-found");
        rest.post("/v1/trigger/nowhere/b", "x").problem(404, "not-found");
        rest.post("/v1/trigger/.squall/udls", "x").problem(400, "invalid");

        var shown = rest.get("/v1/udls/meets/1").is(200).json();
        assertEquals(4, shown.path("handled").asLong());
        assertEquals(1, shown.path("failed").asLong());
        assertTrue(shown.path("lastError").asText().contains("told to fail"), shown.toString());
        var lines = rest.get("/v1/udls/meets/logs").is(200).json().path("lines").toString();
        assertTrue(lines.contains("node 1: "), lines);
        assertTrue(lines.contains("got 6"), lines);
        assertTrue(
                awaitMetric("squall_udl_failed_total{udl=\"meets:1\"}").endsWith(" 1.0"),
                "the metric");
        rest.delete("/v1/udls/meets").is(204);
    }

    private String await(String path) throws InterruptedException {
        while (true) {
            var answer = rest.get(path);
            if (answer.status() == 200) {
                return answer.text();
            }
            answer.problem(404, "not-found");
            Thread.sleep(10);
        }
    }

    private String awaitMetric(String name) throws InterruptedException {
        while (true) {
            var line =
                    rest.get("/q/metrics").is(200).text().lines().filter(l -> l.startsWith(name));
            var found = line.findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(100);
        }
    }

    private JsonNode firstVertex() {
        return rest.get("/v1/graphs/line/stats").is(200).json().path("vertices").get(0);
    }

    @Test
    void aGraphBindsLogicToAPrefix() throws InterruptedException {
        upload(Jars.echo("bound", 1, "/in/direct", "/out/direct"), "").is(201);
        var yaml =
                """
                name: line
                vertices:
                  - name: first
                    on: /in/graph
                    udl: bound@stable
                    emit: {echo: /out/graph}
                """;
        var made = rest.put("/v1/graphs/line", yaml, "Content-Type", "application/yaml").is(201);
        assertEquals("first", made.json().path("vertices").get(0).path("name").asText());
        rest.put("/v1/graphs/line", yaml).is(200);
        assertEquals(yaml, rest.get("/v1/graphs/line").is(200).json().path("text").asText());
        assertTrue(rest.get("/v1/graphs").is(200).text().contains("\"line\""));

        rest.put("/v1/objects/in/graph/x", "through").is(200);
        assertEquals("through", await("/v1/objects/out/graph/x"));
        // What it emits may be seen before it has returned and counts as handled.
        var stats = firstVertex();
        while (stats.path("handled").asLong() == 0) {
            Thread.sleep(10);
            stats = firstVertex();
        }
        assertEquals("bound:1", stats.path("udl").asText());
        assertEquals(1, stats.path("handled").asLong());

        rest.put("/v1/graphs/other", yaml).problem(400, "invalid");
        rest.put("/v1/graphs/line", "vertices: [").problem(400, "invalid");
        rest.put("/v1/graphs/line", yaml.replace("bound@", "unknown@")).problem(400, "invalid");
        rest.put("/v1/graphs/line", "#".repeat((1 << 20) + 1)).problem(413, "too-large");
        rest.delete("/v1/graphs/line").is(204);
        rest.delete("/v1/graphs/line").problem(404, "not-found");
        rest.get("/v1/graphs/line").problem(404, "not-found");
        rest.get("/v1/graphs/line/stats").problem(404, "not-found");
        rest.delete("/v1/udls/bound").is(204);
    }
}
