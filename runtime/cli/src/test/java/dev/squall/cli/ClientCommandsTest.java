package dev.squall.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.rest.InferenceAnswer;
import dev.squall.cli.rest.LocalServer;
import dev.squall.cli.rest.LocalServer.Answer;
import dev.squall.cli.rest.LocalServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each command makes the call that the REST interface documents, and prints what comes back. */
@Timeout(30)
class ClientCommandsTest {
    private static final String STORED =
            """
            {"key":"/a/b","version":7,"timestamp":1,"shard":0,"ack":"ordered"}\
            """;

    @TempDir Path dir;

    /** A finished run and the one request that it made. */
    private record Exchange(Run run, Request request) {}

    private static Exchange run(Answer answer, String... arguments) throws IOException {
        try (var server = new LocalServer(answer)) {
            List<String> line = new ArrayList<>(List.of(arguments));
            line.addAll(List.of("--url", server.url()));
            Run run = Run.of(line.toArray(String[]::new));
            assertEquals(1, server.requests.size(), run.err());
            return new Exchange(run, server.requests.getFirst());
        }
    }

    private static Exchange ok(String answer, String... arguments) throws IOException {
        Exchange exchange = run(LocalServer.answer(200, answer), arguments);
        assertEquals(0, exchange.run.code(), exchange.run.err());
        return exchange;
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content).toString();
    }

    @Test
    void putSendsBytesConditionAndProducer() throws IOException {
        String file = file("value", "hello");
        Exchange plain = ok(STORED, "put", "/a/b", file);
        assertEquals("PUT /v1/objects/a/b", plain.request.line());
        assertEquals("hello", plain.request.body());
        assertTrue(plain.request.header("Squall-producer").matches("cli-[0-9a-f-]{36}/1/1"));
        assertTrue(plain.run.out().contains("version    7\n"), plain.run.out());

        Exchange conditional =
                ok(STORED, "put", "/a/b", file, "--ack", "durable", "--if-match", "6");
        assertEquals("PUT /v1/objects/a/b?ack=durable", conditional.request.line());
        assertEquals("\"6\"", conditional.request.header("If-match"));

        Exchange absent = ok(STORED, "put", "/a/b", file, "--if-none-match", "--output", "json");
        assertEquals("*", absent.request.header("If-none-match"));
        assertTrue(absent.run.out().contains("\"version\" : 7"), absent.run.out());
    }

    @Test
    void aFailedConditionSaysWhatToDo() throws IOException {
        Run run =
                run(
                                LocalServer.answer(412, "{\"detail\":\"version is 9, not 6\"}"),
                                "put",
                                "/a/b",
                                file("value", "x"),
                                "--if-match",
                                "6")
                        .run;
        assertEquals(1, run.code());
        assertEquals(
                """
                squall: version is 9, not 6 (HTTP 412)
                Somebody wrote in between: read it with `squall get`, then decide again.
                """,
                run.err());
    }

    @Test
    void getWritesAWholeFileOrNone() throws IOException {
        Path target = dir.resolve("out.bin");
        byte[] bytes = {0, (byte) 0xff, 10, 13};
        Answer answer = (exchange, _) -> LocalServer.send(exchange, 200, bytes);
        Exchange got =
                run(answer, "get", "/a/b c", "--at", "1767268984123456", "-o", target.toString());
        assertEquals("GET /v1/objects/a/b%20c?at=1767268984123456", got.request.line());
        assertArrayEquals(bytes, Files.readAllBytes(target));

        Path none = dir.resolve("none.bin");
        Run refused =
                run(
                                LocalServer.answer(404, "{\"detail\":\"no key\"}"),
                                "get",
                                "/a",
                                "-o",
                                none.toString())
                        .run;
        assertEquals(1, refused.code());
        assertFalse(Files.exists(none));
    }

    @Test
    void manyKeysAreOneSnapshot() throws IOException {
        var answer =
                """
                {"at":5,"objects":[{"key":"/a/b","version":7,"timestamp":4,"size":2},
                 {"key":"/c/d","missing":"no-key"}]}\
                """;
        Exchange got = ok(answer, "get", "/a/b", "/c/d", "--at", "5");
        assertEquals("GET /v1/snapshot?at=5&key=/a/b&key=/c/d&bytes=false", got.request.line());
        assertTrue(got.run.out().contains("no-key"), got.run.out());
        assertTrue(got.run.out().endsWith("at 5\n"), got.run.out());

        Exchange json = ok(answer, "snapshot", "/a/b", "--wait", "2s", "--output", "json");
        assertEquals("GET /v1/snapshot?wait=2s&key=/a/b", json.request.line());
        assertTrue(json.run.out().contains("\"at\" : 5"), json.run.out());
    }

    @Test
    void getForProgramsCarriesVersionAndBytes() throws IOException {
        Answer answer =
                (exchange, _) -> {
                    exchange.getResponseHeaders().add("Squall-Version", "7");
                    LocalServer.send(exchange, 200, "hi".getBytes(StandardCharsets.UTF_8));
                };
        Exchange got = run(answer, "get", "/a", "--version", "8", "--output", "yaml");
        assertEquals("GET /v1/objects/a?version=8", got.request.line());
        assertEquals(
                """
                key: /a
                version: 7
                size: 2
                base64: aGk=
                """,
                got.run.out());
    }

    @Test
    void listsAndHistories() throws IOException {
        Exchange keys =
                ok("{\"keys\":[\"/a/b\",\"/a/c\"]}", "ls", "/a", "--at", "5", "--limit", "2");
        assertEquals("GET /v1/keys?prefix=/a&at=5&limit=2", keys.request.line());
        assertEquals("KEY\n/a/b\n/a/c\n", keys.run.out());
        assertEquals("no keys under /a\n", ok("{\"keys\":[]}", "ls", "/a").run.out());

        Exchange versions =
                ok(
                        """
                        {"versions":[{"version":3,"timestamp":9,"size":2,"deleted":false}]}\
                        """,
                        "history",
                        "/a/b",
                        "--from",
                        "2");
        assertEquals("GET /v1/history/a/b?from=2", versions.request.line());
        assertEquals(
                """
                VERSION  TIMESTAMP  SIZE  DELETED
                3        9          2     false
                """,
                versions.run.out());
        assertEquals("DELETE /v1/objects/a/b", ok(STORED, "rm", "/a/b").request.line());
    }

    @Test
    void pools() throws IOException {
        Exchange created =
                ok(
                        "{\"name\":\"/p\"}",
                        "pool create /p --store persistent --shards 2 --replicas 3"
                                .concat(" --affinity ^/p/(.)")
                                .concat(" --retain-bytes 9 --retain-age 1h --tier edge")
                                .concat(" --session 2h")
                                .split(" ", -1));
        assertEquals("PUT /v1/pools/p", created.request.line());
        assertEquals(
                """
                {"store":"persistent","shards":2,"replicas":3,"affinity":"^/p/(.)",\
                "retention":{"bytes":9,"age":"1h"},"tier":"edge","session":"2h"}\
                """,
                created.request.body());
        Exchange laidOut =
                ok(
                        "{\"name\":\"/q\"}",
                        "pool create /q --store volatile --min-replicas 2 --members 4,1,2"
                                .concat(" --exclusive --senders 1,4 --budget 8388608 --full evict")
                                .split(" ", -1));
        assertEquals(
                """
                {"store":"volatile","minReplicas":2,"members":[4,1,2],"exclusive":true,\
                "senders":"1,4","budget":8388608,"full":"evict"}\
                """,
                laidOut.request.body());
        assertEquals("GET /v1/pools", ok("{\"pools\":[]}", "pool", "list").request.line());
        assertEquals("GET /v1/pools/p", ok("{}", "pool", "show", "p").request.line());
        assertEquals("DELETE /v1/pools/p", ok("", "pool", "delete", "/p").request.line());
    }

    @Test
    void udls() throws IOException {
        Exchange upload = ok("{\"id\":1}", "udl", "upload", file("u.jar", "PK"), "--dry-run");
        assertEquals("POST /v1/udls?dryRun=true", upload.request.line());
        assertEquals("PK", upload.request.body());
        assertEquals("GET /v1/udls", ok("[]", "udl", "list").request.line());
        assertEquals("GET /v1/udls/m/3", ok("{}", "udl", "show", "m:3").request.line());
        assertEquals("DELETE /v1/udls/m", ok("", "udl", "delete", "m").request.line());
        Exchange alias = ok("{}", "udl", "alias", "m", "stable", "3=90", "4=10");
        assertEquals("PUT /v1/udls/m/alias/stable", alias.request.line());
        assertEquals("{\"versions\":{\"3\":90,\"4\":10}}", alias.request.body());
        assertEquals(
                "{\"versions\":{\"4\":100}}",
                ok("{}", "udl", "alias", "m", "a", "4").request.body());
        Run rollback =
                run(
                                LocalServer.answer(501, "{\"detail\":\"aliases\"}"),
                                "udl",
                                "rollback",
                                "m",
                                "2")
                        .run;
        assertEquals(1, rollback.code());
        assertTrue(rollback.err().startsWith("squall: not available yet: aliases"), rollback.err());
    }

    @Test
    void graphsAreNamedByTheirFile() throws IOException {
        String yaml = "# a line\nname: plate-line\nvertices:\n  - name: detect\n";
        Exchange applied = ok("{}", "graph", "apply", file("g.yaml", yaml));
        assertEquals("PUT /v1/graphs/plate-line", applied.request.line());
        assertEquals("application/yaml", applied.request.header("Content-type"));
        assertEquals(yaml, applied.request.body());
        String json = "{\"name\":\"j\",\"vertices\":[{\"name\":\"v\"}]}";
        Exchange other = ok("{}", "graph", "apply", file("g.json", json));
        assertEquals("PUT /v1/graphs/j", other.request.line());
        assertEquals("application/json", other.request.header("Content-type"));
        assertEquals("DELETE /v1/graphs/j", ok("", "graph", "delete", "j").request.line());
        Run nameless = Run.of("graph", "apply", file("n.yaml", "vertices: []\n"));
        assertEquals(1, nameless.code());
        assertTrue(nameless.err().contains("has no name"), nameless.err());
    }

    @Test
    void anImageGoesRawAndJsonAsItIs() throws IOException {
        String head =
                """
                {"outputs":[{"name":"digit","datatype":"INT64","shape":[1],\
                "parameters":{"binary_data_size":8}}]}\
                """;
        Answer binary =
                (exchange, _) -> {
                    exchange.getResponseHeaders()
                            .add(InferenceAnswer.HEAD_LENGTH, String.valueOf(head.length()));
                    byte[] body = (head + "\7\0\0\0\0\0\0\0").getBytes(StandardCharsets.UTF_8);
                    LocalServer.send(exchange, 200, body);
                };
        Exchange image = run(binary, "infer", "digits-image", file("d.png", "\u0089PNG"));
        assertEquals("POST /v2/models/digits-image/infer", image.request.line());
        assertEquals("0", image.request.header("Inference-header-content-length"));
        assertEquals(
                """
                NAME   DATATYPE  SHAPE  DATA
                digit  INT64     1      7
                """,
                image.run.out());

        String request = "  {\"inputs\":[]}";
        Exchange json = ok("{\"outputs\":[]}", "infer", "digits", file("r.json", request));
        assertEquals(request, json.request.body());
        assertEquals("", json.request.header("Inference-header-content-length"));
    }

    @Test
    void triggersAndModels() throws IOException {
        Exchange trigger = ok("{\"accepted\":true}", "trigger", "/digits/a", file("i", "x"));
        assertEquals("POST /v1/trigger/digits/a", trigger.request.line());
        Exchange waited =
                ok("{}", "trigger", "/digits/a", file("i", "x"), "--wait", "--output", "json");
        assertEquals("POST /v1/trigger/digits/a?reply=wait", waited.request.line());
        Exchange models =
                ok(
                        "[{\"name\":\"digits\",\"version\":\"1\",\"state\":\"READY\"}]",
                        "model",
                        "list");
        assertEquals("POST /v2/repository/index", models.request.line());
        assertEquals(
                """
                NAME    VERSION  STATE  REASON
                digits  1        READY  -
                """,
                models.run.out());
    }

    @Test
    void watchPrintsALineAnEvent() throws IOException {
        Answer answer =
                (exchange, number) -> {
                    if (number == 1) {
                        LocalServer.send(exchange, 200, bytes("{\"members\":[]}"));
                        return;
                    }
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody()
                            .write(
                                    bytes(
                                            """
                                            id: 0/7
                                            data: {"key":"/events/gate","version":7,"size":12}

                                            event: trimmed
                                            data: {"shard":3,"after":7,"through":70}

                                            data: {"key":"/events/gate","version":80,"text":"two"}

                                            """));
                };
        try (var server = new LocalServer(answer)) {
            var url = server.url();
            var run = Run.of("watch", "/events", "--from", "7", "--count", "3", "--url", url);
            assertEquals(0, run.code(), run.err());
            assertEquals("GET /v1/cluster", server.requests.getFirst().line());
            assertEquals("GET /v1/watch?prefix=/events&from=7", server.requests.getLast().line());
            assertEquals(
                    """
                    --:--:--.---  /events/gate v7  12 bytes
                    --:--:--.---  /events/gate v80  two
                    """,
                    run.out());
            assertTrue(run.err().contains("shard 3: versions behind 7 up to 70"), run.err());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void statusShowsMembersAndShards() throws IOException {
        Run run =
                ok(
                                """
                                {"view":4,"viewMembers":[1,2],"node":1,"state":"wedged",
                                 "reason":"members 2 are not heard",
                                 "members":[{"id":1,"alive":true,"address":"http://a","pid":5}],
                                 "shards":[{"pool":"/p","shard":0,"leader":1,"members":[1,2],
                                  "state":"ready","reason":"",
                                  "usedBytes":70,"budgetBytes":100,
                                  "frontiers":{"1":{"received":9,"stable":9,"persisted":7},
                                    "2":{"received":9,"stable":8,"persisted":9}}},
                                  {"pool":"/p","shard":1,"leader":0,"members":[],"frontiers":{},
                                   "state":"waiting","reason":"waits for 3"}]}\
                                """,
                                "status")
                        .run;
        assertEquals(
                """
                view 4 of [1, 2]; node 1 is wedged: members 2 are not heard
                MEMBER  ALIVE  ADDRESS   PID  SITE  TIER  CORES  MEMORY  GPUS  MODELS
                1       true   http://a  5    -     -     -      -       -     -

                POOL  SHARD  LEADER  MEMBERS  RECEIVED  STABLE  PERSISTED  USED  BUDGET  \
                STATE    REASON
                /p    0      1       1,2      9         8       7          70    100     \
                ready
                /p    1      0       -        -         -       -          -     -       \
                waiting  waits for 3
                """,
                run.out());
    }
}
