package dev.squall.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Refusal;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Failure;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What `squall up` sets up by the public calls, as any user could: pools, the sample UDLs, and a
 * camera at {@value #CAMERA_KEY} whose motion events come under {@value #EVENTS}.
 */
public final class Demo {
    /** The prefix of the results that `squall up` prints. */
    public static final String EVENTS = "/events";

    private static final String CAMERA_KEY = "/cameras/gate";

    /** Video is kept in memory up to this size a shard; older frames go. */
    private static final long CAMERA_BYTES = 256L << 20;

    private final ClusterPlan plan;
    private final Home home;
    private final @Nullable String camera;

    /**
     * @param camera what the edge agent reads, or null for the sample clip
     */
    public Demo(ClusterPlan plan, Home home, @Nullable String camera) {
        this.plan = plan;
        this.home = home;
        this.camera = camera;
    }

    /** Fails early when something is not built, before any process is started. */
    public void check() {
        home.edge(edgeArguments());
        home.demoUdls();
    }

    /** Creates the pools and uploads the UDLs; what is there already stays. */
    public void deploy(Rest rest, Consumer<String> say) {
        pools().forEach((name, spec) -> create(rest, name, spec, say));
        for (Path jar : home.demoUdls()) {
            try {
                JsonNode udl =
                        rest.json(
                                Call.post("/v1/udls")
                                        .body(
                                                "application/java-archive",
                                                BodyPublishers.ofFile(jar)));
                say.accept(
                        "  UDL %s version %s from %s"
                                .formatted(
                                        udl.path("name").asText("?"),
                                        udl.path("version").asText("?"),
                                        jar.getFileName()));
            } catch (FileNotFoundException e) {
                throw new Failure(jar + " has vanished", "Build it again.", e);
            }
        }
    }

    private Map<String, String> pools() {
        int replicas = plan.replicas();
        Map<String, String> pools = new LinkedHashMap<>();
        pools.put(
                "cameras",
                """
                {"store":"volatile","shards":2,"replicas":%d,"retention":{"bytes":%d}}\
                """
                        .formatted(replicas, CAMERA_BYTES));
        pools.put("events", pool("persistent", replicas));
        pools.put("digits", pool("volatile", replicas));
        pools.put("readings", pool("persistent", replicas));
        return pools;
    }

    private static String pool(String store, int replicas) {
        return """
        {"store":"%s","shards":1,"replicas":%d}\
        """
                .formatted(store, replicas);
    }

    private static void create(Rest rest, String name, String spec, Consumer<String> say) {
        try {
            rest.json(Call.put("/v1/pools/" + name).json(spec));
            say.accept("  pool /" + name + " " + spec);
        } catch (Refusal e) {
            if (e.status() != 409) {
                throw e;
            }
            say.accept("  pool /" + name + " is there already and stays as it is");
        }
    }

    /** The arguments of the demo's edge agent; recorded pictures are played again and again. */
    public List<String> edgeArguments() {
        String source = camera == null ? home.clip().toString() : camera;
        List<String> arguments = new ArrayList<>(List.of("--source", source, "--key", CAMERA_KEY));
        if (Files.isRegularFile(Path.of(source)) || Files.isDirectory(Path.of(source))) {
            arguments.add("--loop");
        }
        arguments.addAll(List.of("--state", plan.edgeDir().resolve("incarnation").toString()));
        arguments.addAll(List.of("--nodes", String.join(",", plan.urls())));
        return arguments;
    }
}
