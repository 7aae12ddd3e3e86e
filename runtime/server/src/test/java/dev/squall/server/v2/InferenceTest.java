package dev.squall.server.v2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.server.testing.Answer;
import dev.squall.server.testing.Jars;
import dev.squall.server.testing.Rest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocol as its clients speak it, with the sample's real model behind it. */
@QuarkusTest
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@SuppressWarnings("NullAway.Init") // set before each test
class InferenceTest {

    private static final String INFER = "/v2/models/digits/infer";
    private static final String HEAD = "Inference-Header-Content-Length";
    private static final int PIXELS = 20 * 20;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TestHTTPResource("/")
    URI root;

    private Rest rest;

    @BeforeEach
    void open() throws InterruptedException {
        rest = new Rest(root);
        for (var pool : List.of("digits", "readings", "in", "out")) {
            rest.pool(pool, "{}");
        }
        if (rest.get("/v1/udls/digits").status() == 404) {
            rest.send("POST", "/v1/udls", Jars.digits()).is(201);
            rest.send("POST", "/v1/udls", Jars.echo("echo", 3, "/in/echo", "/out")).is(201);
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (rest.get("/v2/models/digits-image/ready").status() != 200
                || rest.get("/v2/models/echo/ready").status() != 200) {
            assertTrue(System.nanoTime() < end, () -> rest.get("/v1/udls").text());
            Thread.sleep(50);
        }
    }

    @AfterEach
    void close() {
        rest.close();
    }

    private static String pixels(String between) {
        return IntStream.range(0, PIXELS)
                .mapToObj(i -> Float.toString(i % 7 / 7f))
                .collect(Collectors.joining(between));
    }

    private static ByteBuffer pixels() {
        var bytes = ByteBuffer.allocate(PIXELS * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < PIXELS; i++) {
            bytes.putFloat(i % 7 / 7f);
        }
        return bytes;
    }

    private static String json(String more) {
        return "{\"id\":\"a-1\",\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,20,20],"
                + "\"datatype\":\"FP32\",\"data\":["
                + pixels(",")
                + "]}]"
                + more
                + "}";
    }

    /** The head that tritonclient makes of one tensor, and the bytes after it. */
    private Answer binary(String more, String... headers) {
        var head =
                "{\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,20,20],\"datatype\":\"FP32\","
                        + "\"parameters\":{\"binary_data_size\":"
                        + PIXELS * 4
                        + "}}]"
                        + more
                        + "}";
        var body = new ByteArrayOutputStream();
        body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(pixels().array());
        var all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = HEAD;
        all[headers.length + 1] = Integer.toString(head.length());
        return rest.send("POST", INFER, body.toByteArray(), all);
    }

    /** Outputs as tritonclient finds them: by the header, then in order. */
    private static float[] outputs(Answer answer) {
        answer.is(200);
        int head = Integer.parseInt(answer.header(HEAD));
        var body = answer.body();
        try {
            var tree = new ObjectMapper().readTree(Arrays.copyOf(body, head));
            var output = tree.path("outputs").get(0);
            assertEquals("FP32", output.path("datatype").asText());
            assertEquals(
                    body.length - head, output.path("parameters").path("binary_data_size").asInt());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        var floats = new float[(body.length - head) / 4];
        ByteBuffer.wrap(body, head, body.length - head)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return floats;
    }

    private static float[] data(Answer answer) {
        var data = answer.is(200).json().path("outputs").get(0).path("data");
        var floats = new float[data.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = data.get(i).floatValue();
        }
        return floats;
    }

    @Test
    void theSameQuestionInEveryFormHasTheSameAnswer() {
        var flat = rest.post(INFER, json(""));
        assertEquals("a-1", flat.is(200).json().path("id").asText());
        assertEquals("digits", flat.json().path("model_name").asText());
        assertEquals("1", flat.json().path("model_version").asText());
        assertEquals("[1,10]", flat.json().path("outputs").get(0).path("shape").toString());
        var expected = data(flat);
        assertEquals(10, expected.length);
        assertEquals(1, IntStream.range(0, 10).mapToDouble(i -> expected[i]).sum(), 1e-4);

        var nested = json("").replace("\"data\":[", "\"data\":[[[[").replace("]}]}", "]]]]}]}");
        assertArrayEquals(expected, data(rest.post(INFER, nested)));
        assertArrayEquals(
                expected, data(rest.post("/v2/models/digits/versions/1/infer", json(""))));
        assertArrayEquals(
                expected,
                data(
                        rest.post(
                                INFER,
                                json(""),
                                "Content-Type",
                                "application/x-www-form-urlencoded")));
        assertArrayEquals(
                expected, outputs(binary(",\"parameters\":{\"binary_data_output\":true}")));
        assertArrayEquals(
                expected,
                outputs(
                        binary(
                                ",\"outputs\":[{\"name\":\"probabilities\","
                                        + "\"parameters\":{\"binary_data\":true}}]",
                                "Content-Type",
                                "application/octet-stream")));
        assertArrayEquals(expected, data(binary("")));
        assertArrayEquals(expected, outputs(rest.send("POST", INFER, pixels().array(), HEAD, "0")));
    }

    @Test
    void compressedBothWays() throws IOException {
        var expected = data(rest.post(INFER, json("")));
        var body = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(body)) {
            out.write(json("").getBytes(StandardCharsets.UTF_8));
        }
        assertArrayEquals(
                expected,
                data(rest.send("POST", INFER, body.toByteArray(), "Content-Encoding", "deflate")));

        var many = json("").replace("[1,1,20,20]", "[64,1,20,20]");
        var one = "\"data\":[" + pixels(",") + "]";
        var all = IntStream.range(0, 64).mapToObj(_ -> pixels(",")).toList();
        many = many.replace(one, "\"data\":[" + String.join(",", all) + "]");
        var plain = rest.post(INFER, many).is(200);
        var packed = rest.post(INFER, many, "Accept-Encoding", "gzip").is(200);
        assertEquals("gzip", packed.header("Content-Encoding"));
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertEquals(plain.text(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void anImageIsOneElement() throws IOException {
        var probabilities =
                outputs(rest.send("POST", "/v2/models/digits-image/infer", zero(), HEAD, "0"));
        assertEquals(10, probabilities.length);
        int best = 0;
        for (int i = 0; i < 10; i++) {
            best = probabilities[i] > probabilities[best] ? i : best;
        }
        assertEquals(0, best, Arrays.toString(probabilities));
    }

    /** A zero as a child would write it: white on black. */
    private static byte[] zero() throws IOException {
        var image = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_GRAY);
        var pen = image.createGraphics();
        pen.setColor(Color.WHITE);
        pen.setStroke(new BasicStroke(2));
        pen.drawOval(5, 3, 9, 13);
        pen.dispose();
        var png = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, "png", png));
        return png.toByteArray();
    }

    @Test
    void aServedEntryGetsItsElement() {
        var text = "\"%s\"".formatted("\\u0000\\u0000\\u0000\\u0000");
        var request =
                "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":["
                        + text
                        + "]}]}";
        assertArrayEquals(
                new float[] {0}, data(rest.post("/v2/models/echo/versions/3/infer", request)));
        var error =
                rest.post("/v2/models/echo/infer", request.replace(text, "\"fail\"")).error(500);
        assertTrue(error.contains("told to fail"), error);
        rest.post("/v2/models/echo/infer", request.replace(text, "\"quiet\"")).error(400);
    }

    @Test
    void modelsDescribeThemselves() {
        var digits = rest.get("/v2/models/digits").is(200).json();
        assertEquals("[\"1\"]", digits.path("versions").toString());
        assertEquals("pytorch_torchscript", digits.path("platform").asText());
        assertEquals(
                "[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[-1,1,20,20]}]",
                digits.path("inputs").toString());
        assertEquals(digits, rest.get("/v2/models/digits/versions/1").is(200).json());
        assertTrue(rest.get("/v2/models").is(200).text().contains("\"digits-image\""));
        assertTrue(rest.get("/v2/models/digits/ready").is(200).json().path("ready").asBoolean());
        assertTrue(rest.get("/v2/models/digits/config").is(200).text().contains("\"TYPE_FP32\""));
        var index = rest.post("/v2/repository/index", "{\"ready\":true}").is(200).text();
        assertTrue(index.contains("{\"name\":\"digits\",\"version\":\"1\",\"state\":\"READY\""));
        assertEquals("squall", rest.get("/v2").is(200).json().path("name").asText());
        assertTrue(rest.get("/v2/health/live").is(200).json().path("live").asBoolean());
        assertTrue(rest.get("/v2/health/ready").is(200).json().path("ready").asBoolean());
    }

    @Test
    void whatWasAskedIsCounted() {
        rest.post(INFER, json("")).is(200);
        var before = stats();
        rest.post(INFER, json("")).is(200);
        var after = stats();
        assertEquals(
                before.path("inference_count").asLong() + 1,
                after.path("inference_count").asLong());
        for (var name : List.of("success", "compute_input", "compute_infer", "compute_output")) {
            var was = before.path("inference_stats").path(name);
            var is = after.path("inference_stats").path(name);
            assertEquals(was.path("count").asLong() + 1, is.path("count").asLong(), name);
            assertTrue(is.path("ns").asLong() > was.path("ns").asLong(), name);
        }
        assertTrue(after.path("last_inference").asLong() > 1_700_000_000_000L);
        assertTrue(rest.get("/v2/models/stats").is(200).text().contains("\"echo\""));
    }

    private JsonNode stats() {
        return rest.get("/v2/models/digits/stats").is(200).json().path("model_stats").get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/nope, 404",
        "GET, /v2/models/nope, 404",
        "GET, /v2/models/nope/ready, 404",
        "GET, /v2/models/digits/versions/9, 404",
        "GET, /v2/models/digits/versions/x/ready, 404",
        "POST, /v2/models/nope/infer, 404",
        "POST, /v2/models/digits/versions/9/infer, 404",
        "POST, /v2/models/digits/infer, 400",
        "GET, /v2/models/digits/infer, 405",
        "DELETE, /v2, 405",
        "POST, /v2/repository/models/digits/load, 501",
        "POST, /v2/repository/models/digits/unload, 501"
    })
    void errorsHaveTheProtocolsForm(String verb, String path, int status) {
        rest.send(verb, path, new byte[0]).error(status);
    }

    @Test
    void aRequestThatDoesNotFitSaysWhy() {
        var error = rest.post(INFER, json("").replace("[1,1,20,20]", "[1,1,20,21]")).error(400);
        assertTrue(error.contains("[-1, 1, 20, 20]") && error.contains("[1, 1, 20, 21]"), error);
        var unknown = rest.post(INFER, json(",\"outputs\":[{\"name\":\"logits\"}]")).error(400);
        assertTrue(unknown.contains("logits"), unknown);
        rest.send("POST", INFER, new byte[7], HEAD, "0").error(400);
        rest.send("POST", INFER, new byte[7], HEAD, "8").error(400);
        rest.post("/v2/repository/index", "{\"ready\":3,\"x\":1}").error(400);
    }
}
