package dev.squall.edge;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line says, checked. {@link CommandLine} reads it.
 *
 * @param source what {@link Camera#open} takes
 * @param key the object's key, from its pool on
 * @param nodes base URLs, the preferred one first
 * @param fps frames a second, 0 for the source's own rate
 * @param quality of the JPEGs, 1 to 100
 * @param ack the level to wait for
 * @param loop whether a source that ends begins again
 * @param limitFrames frames to take at most, 0 for no limit
 * @param id the agent's name
 * @param state where the incarnation is remembered, null for nowhere
 * @param statusPort loopback port of the status page, 0 for none
 * @param output the form of the report lines
 * @param bufferFrames the buffer's limit in frames
 * @param bufferBytes the buffer's limit in bytes
 * @param timeout how long to wait for a node's answer
 */
record Options(
        String source,
        String key,
        List<URI> nodes,
        double fps,
        int quality,
        Ack ack,
        boolean loop,
        long limitFrames,
        String id,
        @Nullable Path state,
        int statusPort,
        Output output,
        int bufferFrames,
        long bufferBytes,
        Duration timeout) {

    static final int DEFAULT_QUALITY = 80;
    static final double DEFAULT_TIMEOUT_SECONDS = 3;
    static final int MAX_NODES = 64;
    static final int MAX_KEY_LENGTH = 1_024;

    private static final Pattern AGENT_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** The form of the lines on standard output. */
    enum Output {
        LINES,
        JSON,
        NONE
    }

    static final String USAGE =
            """
            Usage: squall-edge --source S --key K [options]
            Streams a camera into Squall: each frame a JPEG, put once and in order under one key.

              --source S        a video file, a directory of .jpg and .png files (in the order of
                                their names), or generator:WxH@FPS[#SEED]
              --key K           the object's key, for instance /cameras/gate
              --nodes URL,...   the cluster's nodes, the preferred one first
                                (default: http://localhost:8080)
              --fps N           at most N frames a second; the rate of a directory of images
                                (default: the source's own; a directory: 10)
              --quality Q       of the JPEGs, 1 to 100 (default: 80)
              --ack LEVEL       accepted, ordered or durable (default: the pool's)
              --loop            begin again where a source ends
              --limit-frames N  stop after N frames
              --id ID           this agent's name (default: the host's name)
              --state FILE      remember the run's number, so that it grows even if the clock is set
                                back
              --status-port P   serve the counters as JSON on the loopback interface
              --output FORM     a report every 5 s as lines, json or none (default: lines)
              --buffer-frames N hold at most N frames that wait to be sent (default: 256)
              --buffer-bytes N  hold at most N bytes of them (default: 12582912)
              --timeout S       seconds to wait for a node's answer (default: 3)
              --help            show this

            When the cluster is slower than the camera, the oldest waiting frame is dropped and
            counted. SIGTERM stops the camera and sends what waits, for at most 10 s.
            Exit code: 0 the source ended and all was sent, 1 failed, 2 usage.
            """;

    Options {
        nodes = List.copyOf(nodes);
    }

    /** Reads the arguments of {@link EdgeMain}. */
    static Options parse(String... args) throws UsageException {
        var line = CommandLine.read(Arrays.asList(args));
        var options =
                new Options(
                        line.required("--source"),
                        key(line.required("--key")),
                        nodes(line.text("--nodes", "http://localhost:8080")),
                        line.number("--fps", 0, 0.01, Generator.MAX_FPS),
                        (int) line.integer("--quality", DEFAULT_QUALITY, 1, 100),
                        line.choice("--ack", Ack.DEFAULT, EnumSet.range(Ack.ACCEPTED, Ack.DURABLE)),
                        line.given("--loop"),
                        line.integer("--limit-frames", 0, 1, Long.MAX_VALUE),
                        id(line.text("--id", hostName())),
                        line.given("--state") ? Path.of(line.required("--state")) : null,
                        (int) line.integer("--status-port", 0, 1, 65_535),
                        line.choice("--output", Output.LINES, EnumSet.allOf(Output.class)),
                        (int)
                                line.integer(
                                        "--buffer-frames", FrameBuffer.DEFAULT_FRAMES, 1, 1 << 20),
                        line.integer("--buffer-bytes", FrameBuffer.DEFAULT_BYTES, 1, 1L << 40),
                        millis(line.number("--timeout", DEFAULT_TIMEOUT_SECONDS, 0.05, 3_600)));
        checkProducer(options);
        return options;
    }

    private static String key(String key) throws UsageException {
        boolean wellFormed =
                key.startsWith("/")
                        && !key.endsWith("/")
                        && Arrays.stream(key.substring(1).split("/", -1))
                                .noneMatch(part -> part.isEmpty() || part.matches("\\.\\.?"))
                        && key.chars().noneMatch(Character::isISOControl);
        if (!wellFormed) {
            throw new UsageException(
                    "--key '%s' is not a path like /cameras/gate, without empty parts"
                            .formatted(key));
        }
        if (key.length() > MAX_KEY_LENGTH) {
            throw new UsageException(
                    "--key has %d characters, the limit is %d"
                            .formatted(key.length(), MAX_KEY_LENGTH));
        }
        return key;
    }

    private static List<URI> nodes(String list) throws UsageException {
        String[] parts = list.split(",", -1);
        if (parts.length > MAX_NODES) {
            throw new UsageException(
                    "--nodes names %d nodes, the limit is %d".formatted(parts.length, MAX_NODES));
        }
        var nodes = new URI[parts.length];
        for (int i = 0; i < parts.length; i++) {
            nodes[i] = node(parts[i].strip());
        }
        return List.of(nodes);
    }

    private static URI node(String text) throws UsageException {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // the same complaint as for a URL of another kind
        }
        throw new UsageException(
                "--nodes: '%s' is not a node's URL like http://localhost:8080".formatted(text));
    }

    private static String id(String id) throws UsageException {
        if (!AGENT_ID.matcher(id).matches()) {
            throw new UsageException(
                    "--id '%s' is not 1 to 64 letters, digits, dots, hyphens or underscores"
                            .formatted(id));
        }
        return id;
    }

    private static String hostName() {
        String name = System.getenv().getOrDefault("HOSTNAME", "");
        return AGENT_ID.matcher(name).matches() ? name : "edge";
    }

    private static Duration millis(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    private static void checkProducer(Options options) throws UsageException {
        try {
            ProducerId.of(options.id, options.key, 0);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT));
        }
    }
}
