package dev.squall.server.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.cli.tls.Authority;
import dev.squall.cli.tls.Trust;
import dev.squall.server.testing.NodeProcess;
import dev.squall.server.testing.Rest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes with TLS everywhere, on certificates as users make them: members write to each
 * other by it, and REST is HTTPS, for clients and for what one member passes on to another.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HttpsIT {

    private static final List<NodeProcess> NODES = new ArrayList<>();
    private static SSLContext before = context();

    private static SSLContext context() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        var authority = directory.resolve("ca");
        Authority.init(authority);
        for (int id = 1; id <= 3; id++) {
            Authority.in(authority).issue("node" + id, List.of("127.0.0.1"), 2);
        }
        Trust.only(authority.resolve("ca.pem"));
        NODES.addAll(NodeProcess.startSecure(3, directory, authority));
        node(2).pool("spread", "{\"shards\":6,\"replicas\":1}");
        node(2).pool("copied", "{\"store\":\"persistent\",\"replicas\":3}");
    }

    @AfterAll
    static void stop() {
        NODES.forEach(NodeProcess::close);
        SSLContext.setDefault(before);
    }

    private static Rest node(int id) {
        return NODES.get(id - 1).rest();
    }

    @Test
    void everyNodeAnswersForEveryKey() {
        int forwarded = 0;
        for (int i = 0; i < 12; i++) {
            var path = "/v1/objects/spread/any/" + i;
            node(1 + i % 3).put(path, "v" + i).is(200);
            for (int id = 1; id <= 3; id++) {
                var got = node(id).get(path).is(200);
                assertEquals("v" + i, got.text());
                forwarded += got.header("Squall-Node").isEmpty() ? 0 : 1;
            }
        }
        assertEquals(24, forwarded, "reads of a shard that one of three nodes holds");
        node(1).put("/v1/objects/copied/k", "all").is(200);
        for (int id = 1; id <= 3; id++) {
            assertEquals("all", node(id).get("/v1/objects/copied/k?stable=true").is(200).text());
        }
    }

    @Test
    void plainHttpAndClientsThatDoNotBelieveItGetNothing() throws Exception {
        var secure = NODES.getFirst().uri();
        var plain = URI.create("http://" + secure.getAuthority() + "/q/health/live");
        try (var http = HttpClient.newHttpClient()) {
            assertThrows(
                    IOException.class,
                    () ->
                            http.send(
                                    HttpRequest.newBuilder(plain).build(),
                                    BodyHandlers.ofString()));
        }
        try (var http = HttpClient.newBuilder().sslContext(before).build()) {
            var request = HttpRequest.newBuilder(secure.resolve("/q/health/live")).build();
            assertThrows(
                    SSLHandshakeException.class, () -> http.send(request, BodyHandlers.ofString()));
        }
    }

    @Test
    void membersSayThatTheySpeakTls() {
        for (var node : NODES) {
            assertTrue(node.log().contains("speaks for [node"), node.log());
            assertFalse(node.log().contains("NOT ENCRYPTED"), node.log());
        }
    }
}
