package dev.squall.bench.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.base.Failure;
import dev.squall.bench.report.Row;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.jspecify.annotations.Nullable;

/**
 * Measures inferences of a model by the Open Inference Protocol. Without a file each input is
 * filled with zeros, a batch of one; with a file its bytes are the only input, sent raw.
 */
public final class InferBench {

    /** The most elements of an input that is filled with zeros. */
    static final long ELEMENTS_MAX = 1 << 22;

    private final URI url;
    private final String model;

    public InferBench(URI url, String model) {
        this.url = url;
        this.model = model;
    }

    /**
     * Runs it.
     *
     * @param raw the only input, or null
     */
    public Row run(byte @Nullable [] raw, int depth, double warmup, double seconds)
            throws Exception {
        try (var client = HttpLoad.client()) {
            int nodes = RestBench.nodes(client, url);
            var at = url.resolve("/v2/models/" + model);
            var metadata = HttpLoad.send(client, HttpRequest.newBuilder(at).build());
            byte[] body = raw == null ? zeros(new JsonMapper().readTree(metadata)) : raw;
            var request = request(body, raw != null);
            var latencies = new HttpLoad(client, () -> request).run(depth, warmup, seconds);
            return RestBench.row("infer", body.length, nodes, seconds, latencies);
        }
    }

    private HttpRequest request(byte[] body, boolean raw) {
        var request =
                HttpRequest.newBuilder(url.resolve("/v2/models/" + model + "/infer"))
                        .timeout(HttpLoad.TIMEOUT)
                        .POST(BodyPublishers.ofByteArray(body));
        return raw
                ? request.header("Content-Type", "application/octet-stream")
                        .header("Inference-Header-Content-Length", "0")
                        .build()
                : request.header("Content-Type", "application/json").build();
    }

    /** A request with zeros for every input that the model's metadata names. */
    static byte[] zeros(JsonNode metadata) throws IOException {
        var mapper = new JsonMapper();
        var request = mapper.createObjectNode();
        var inputs = request.putArray("inputs");
        for (var wanted : metadata.path("inputs")) {
            var type = wanted.path("datatype").asText();
            if (type.equals("BYTES")) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "input '%s' takes bytes: give them with --file"
                                .formatted(wanted.path("name").asText()));
            }
            var input = inputs.addObject();
            input.put("name", wanted.path("name").asText()).put("datatype", type);
            var shape = input.putArray("shape");
            long elements = 1;
            for (var dimension : wanted.path("shape")) {
                long size = Math.max(1, dimension.asLong());
                shape.add(size);
                elements = Math.multiplyExact(elements, size);
            }
            if (elements > ELEMENTS_MAX) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "input '%s' has %d elements; the limit is %d. Give them with --file"
                                .formatted(wanted.path("name").asText(), elements, ELEMENTS_MAX));
            }
            var data = input.putArray("data");
            for (long i = 0; i < elements; i++) {
                data.add(0);
            }
        }
        return mapper.writeValueAsBytes(request);
    }
}
