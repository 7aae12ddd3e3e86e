package dev.squall.bench.rest;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.report.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.Histogram;

/**
 * Measures puts or gets of a running cluster through one node's REST, in a pool that it makes and
 * deletes again.
 */
public final class RestBench {

    private final URI url;
    private final Workload load;
    private final int watchers;
    private final PrintWriter progress;
    private final HttpClient client = HttpLoad.client();
    private final String pool =
            Workload.POOL + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    private final byte[] payload;

    /**
     * @param watchers how many clients watch the pool meanwhile and read nothing
     */
    public RestBench(URI url, Workload load, int watchers, PrintWriter progress) {
        this.url = url;
        this.load = load;
        this.watchers = watchers;
        this.progress = progress;
        this.payload = new byte[load.size()];
        new Random(load.size()).nextBytes(payload);
    }

    /** Runs it. */
    public Row run() throws Exception {
        int nodes = nodes(client, url);
        HttpLoad.send(client, createPool(nodes));
        try (var _ = StuckWatchers.open(watchers, url, "/" + pool)) {
            if (load.reads()) {
                fill();
            }
            progress.printf(
                    "%s of pool %s through %s: warming up for %.1f s, measuring for %.1f s%n",
                    load.operation(), pool, url, load.warmup(), load.seconds());
            var http = new HttpLoad(client, load.reads() ? this::get : this::put);
            var latencies = http.run(load.depth(), load.warmup(), load.seconds());
            progress.printf("%d requests were refused and made again%n", http.refused());
            return row(load.operation(), load.size(), nodes, load.seconds(), latencies);
        } finally {
            HttpLoad.send(client, request("/v1/pools/" + pool).DELETE().build());
        }
    }

    static Row row(String workload, int size, int nodes, double seconds, Histogram latencies) {
        double rate = latencies.getTotalCount() / seconds;
        return Row.of("squall", workload, size, nodes, rate, null, latencies);
    }

    /** How many members the cluster has. */
    static int nodes(HttpClient client, URI url) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve("/v1/cluster")).build();
        var cluster = new JsonMapper().readTree(HttpLoad.send(client, request));
        return Math.max(1, cluster.path("members").size());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(HttpLoad.TIMEOUT);
    }

    private HttpRequest createPool(int nodes) throws IOException {
        var spec =
                Map.of(
                        "store",
                        load.persistent() ? "persistent" : "volatile",
                        "shards",
                        load.shards(),
                        "replicas",
                        nodes,
                        "retention",
                        load.keptBytes() == 0 ? Map.of() : Map.of("bytes", load.keptBytes()));
        return request("/v1/pools/" + pool)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(new JsonMapper().writeValueAsBytes(spec)))
                .build();
    }

    private void fill() throws InterruptedException {
        progress.printf("putting %d objects of %d bytes%n", load.keys(), load.size());
        for (int i = 0; i < load.keys(); i++) {
            HttpLoad.send(client, put(i, "accepted"));
        }
        HttpLoad.send(client, put(0, "ordered"));
    }

    private HttpRequest put(int key, String ack) {
        return request("/v1/objects/%s/k%d?ack=%s".formatted(pool, key, ack))
                .PUT(BodyPublishers.ofByteArray(payload))
                .build();
    }

    private HttpRequest put() {
        return put(ThreadLocalRandom.current().nextInt(load.keys()), load.ack());
    }

    private HttpRequest get() {
        int key = ThreadLocalRandom.current().nextInt(load.keys());
        return request("/v1/objects/%s/k%d".formatted(pool, key)).build();
    }
}
