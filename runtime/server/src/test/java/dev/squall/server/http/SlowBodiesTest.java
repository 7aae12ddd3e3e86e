package dev.squall.server.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Senders that bring a few bytes now and then: they are given up, and hold nobody up meanwhile. */
@QuarkusTest
@Timeout(value = 1, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class SlowBodiesTest {

    @TestHTTPResource("/")
    URI root;

    private static final int SENDERS = 60;

    private Rest rest;

    @BeforeEach
    void open() {
        rest = new Rest(root);
        rest.pool("slow", "{}");
    }

    @AfterEach
    void close() {
        rest.close();
    }

    /** Together they announce 60 times what all bodies may take. */
    @Test
    void manyTrickles() throws IOException, InterruptedException {
        var senders = new ArrayList<Socket>();
        try {
            for (int i = 0; i < SENDERS; i++) {
                long size = i % 3 == 0 ? 60 << 20 : i % 3 == 1 ? 1000 : 600 << 20;
                senders.add(sender(i, size));
            }
            senders.add(sender(SENDERS, -1));
            boolean allToldSo = false;
            for (int i = 0; !allToldSo; i++) {
                rest.put("/v1/objects/slow/quick", "q" + i).is(200);
                allToldSo = true;
                for (var sender : senders) {
                    allToldSo &= sender.getInputStream().available() > 0;
                }
                trickle(senders);
                Thread.sleep(100);
            }
            int late = 0;
            for (var sender : senders) {
                var answer = new byte[12];
                sender.getInputStream().readNBytes(answer, 0, answer.length);
                var status = new String(answer, StandardCharsets.US_ASCII);
                assertTrue(status.matches("HTTP/1.1 (408|429)"), status);
                late += status.endsWith("408") ? 1 : 0;
            }
            assertTrue(late > SENDERS / 2, late + " were told that they are too slow");
        } finally {
            for (var sender : senders) {
                sender.close();
            }
        }
        while (!rest.get("/q/metrics").text().contains("squall_http_bodies_bytes 0.0")) {
            Thread.sleep(20);
        }
        rest.send("PUT", "/v1/objects/slow/large", new byte[60 << 20]).is(200);
    }

    private Socket sender(int i, long size) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(root.getHost(), root.getPort()));
        var length = size < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + size;
        socket.getOutputStream()
                .write(
                        "PUT /v1/objects/slow/%d HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s"
                                .formatted(i, length, size < 0 ? "100000\r\n" : "")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void trickle(Iterable<Socket> senders) {
        for (var sender : senders) {
            try {
                sender.getOutputStream().write('x');
            } catch (IOException _) {
                // It was told, and its connection closed.
            }
        }
    }
}
