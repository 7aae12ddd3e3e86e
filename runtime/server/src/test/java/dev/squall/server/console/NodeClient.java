package dev.squall.server.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.imageio.ImageIO;

/** Writes to a node as any camera or UDL author would: plain HTTP. Used by one thread. */
final class NodeClient implements AutoCloseable {

    static final int WIDTH = 320;
    static final int HEIGHT = 240;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** What a put was answered: `timestamp` in microseconds since the epoch. */
    record Put(long version, long timestamp) {}

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI node;

    NodeClient(URI node) {
        this.node = node;
    }

    /** Makes a pool that keeps some versions; one that is there already is fine. */
    void createPool(String name) {
        var body = "{\"store\":\"volatile\",\"shards\":1,\"replicas\":1}";
        var status = send("PUT", "/v1/pools/" + name, body.getBytes(UTF_8)).status();
        if (status >= 300 && status != 409) {
            throw new AssertionError("PUT /v1/pools/" + name + " answered " + status);
        }
    }

    /** Puts a JPEG of one colour. */
    Put putPicture(String key, Color color) {
        return put(key, jpeg(color));
    }

    Put putEvent(String name, long frame, long time, String boxes, double score) {
        var event =
                "{\"camera\":\"%s\",\"frame\":%d,\"time\":%d,\"boxes\":[%s],\"score\":%s}"
                        .formatted(name, frame, time, boxes, score);
        return put("events/" + name, event.getBytes(UTF_8));
    }

    Put put(String key, byte[] body) {
        var answer = send("PUT", "/v1/objects/" + key, body);
        if (answer.status() != 200) {
            throw new AssertionError("PUT " + key + " answered " + answer);
        }
        return new Put(
                answer.body().get("version").asLong(), answer.body().get("timestamp").asLong());
    }

    private record Answer(int status, JsonNode body) {}

    private Answer send(String method, String path, byte[] body) {
        var request =
                HttpRequest.newBuilder(node.resolve(path))
                        .timeout(TIMEOUT)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            return new Answer(answer.statusCode(), json.readTree(answer.body()));
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        } catch (InterruptedException cause) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + path, cause);
        }
    }

    private static byte[] jpeg(Color color) {
        var image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(color);
        pen.fillRect(0, 0, WIDTH, HEIGHT);
        pen.dispose();
        var out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "jpeg", out)) {
                throw new AssertionError("this Java has no JPEG writer");
            }
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        http.close();
    }
}
