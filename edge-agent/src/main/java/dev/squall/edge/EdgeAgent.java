package dev.squall.edge;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One camera and its way into the cluster, joined: camera, capture, buffer, uplink.
 *
 * <p><b>Threads.</b> {@code camera} reads and encodes, {@code uplink} sends, {@code reporter} shows
 * the counters. They meet in the buffer and the counters only.
 *
 * <p><b>End.</b> When the source has ended, what waits is sent, for at most {@link #END_LIMIT};
 * when the agent is told to stop, for at most {@link #STOP_LIMIT}. What is left then counts as
 * abandoned.
 */
final class EdgeAgent {
    /** How long the rest may take to send after the source's end. */
    static final Duration END_LIMIT = Duration.ofSeconds(60);

    /** How long it may take when told to stop: well within what an orchestrator grants. */
    static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    /** How long a thread may take to see that it is to end. */
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(2);

    private final Options options;
    private final ProducerId producer;
    private final Counters counters = new Counters();
    private final FrameBuffer buffer;
    private final NodeClient client;
    private final Uplink uplink;
    private final Capture capture;
    private final Reporter reporter;
    private final @Nullable StatusServer status;
    private final Thread cameraThread;
    private final Thread uplinkThread;
    private final Thread reporterThread;
    private volatile @Nullable Throwable crash;

    /**
     * How it ended.
     *
     * @param complete whether all went well: see the exit code in {@link Options#USAGE}
     * @param failure what went wrong with the source or the agent itself, empty when nothing did
     * @param totals the counters, with latencies since the start
     */
    record Outcome(boolean complete, String failure, Report totals) {}

    /**
     * Opens the camera and starts streaming.
     *
     * @param screen takes a report every few seconds, on the reporter's thread
     * @param log takes a line when something noteworthy happens, on any thread
     */
    static EdgeAgent start(
            Options options, TimeSource time, Consumer<Report> screen, Consumer<String> log)
            throws IOException {
        long now = time.epochMicros() / 1_000;
        var producer =
                ProducerId.of(options.id(), options.key(), Incarnation.begin(now, options.state()));
        Camera camera = Camera.open(options.source(), options.fps(), options.quality());
        try {
            var agent = new EdgeAgent(options, producer, camera, time, screen, log);
            agent.cameraThread.start();
            agent.uplinkThread.start();
            agent.reporterThread.start();
            return agent;
        } catch (IOException e) {
            camera.close();
            throw e;
        }
    }

    private EdgeAgent(
            Options options,
            ProducerId producer,
            Camera camera,
            TimeSource time,
            Consumer<Report> screen,
            Consumer<String> log)
            throws IOException {
        this.options = options;
        this.producer = producer;
        buffer = new FrameBuffer(options.bufferFrames(), options.bufferBytes(), counters);
        client = new NodeClient(options.key(), options.ack(), producer, options.timeout());
        var ring = new NodeRing(options.nodes(), new SecureRandom());
        uplink = new Uplink(buffer, ring, client, counters, time, log);
        var plan = new Capture.Plan(options.fps(), options.loop(), options.limitFrames());
        capture = new Capture(camera, plan, buffer, counters, time, log);
        reporter = new Reporter(counters, this::report, screen, uplink, client, time);
        cameraThread = Thread.ofPlatform().name("camera").unstarted(capture);
        uplinkThread = Thread.ofPlatform().name("uplink").unstarted(uplink);
        reporterThread = Thread.ofPlatform().name("reporter").unstarted(reporter);
        cameraThread.setUncaughtExceptionHandler((_, error) -> crashed(error));
        uplinkThread.setUncaughtExceptionHandler((_, error) -> crashed(error));
        status =
                options.statusPort() == 0
                        ? null
                        : new StatusServer(options.statusPort(), this::report);
    }

    /** Waits for the source's end, however long that takes, and sends the rest. */
    Outcome awaitEnd() throws InterruptedException {
        cameraThread.join();
        return finish(END_LIMIT);
    }

    /** Stops the camera and sends what waits. */
    Outcome stop() throws InterruptedException {
        capture.stop();
        cameraThread.join(JOIN_LIMIT);
        buffer.close();
        return finish(STOP_LIMIT);
    }

    /** The counters now, with the latencies of the last few seconds. */
    Report report() {
        return report(counters.recent());
    }

    /** A thread died of what nobody foresaw: without it the agent is of no use, so it ends. */
    private void crashed(Throwable error) {
        crash = error;
        capture.stop();
    }

    private Outcome finish(Duration limit) throws InterruptedException {
        if (!uplinkThread.join(limit)) {
            uplink.abandon();
            client.abort();
            uplinkThread.join(JOIN_LIMIT);
        }
        reporter.stop();
        reporterThread.join(JOIN_LIMIT);
        if (status != null) {
            status.close();
        }
        client.close();
        Report totals = report(counters.overall());
        String failure = crash != null ? "crashed: " + crash : describe(capture.failure());
        boolean lost =
                totals.dropped().entrySet().stream()
                        .anyMatch(entry -> entry.getKey().isFailure() && entry.getValue() > 0);
        return new Outcome(failure.isEmpty() && !lost, failure, totals);
    }

    private Report report(Counters.Latency ack) {
        return new Report(
                options.id(),
                options.key(),
                options.source(),
                producer,
                uplink.node().toString(),
                counters.captured.get(),
                counters.sent.get(),
                counters.dropped(),
                buffer.frames(),
                buffer.bytes(),
                counters.retries.get(),
                counters.failovers.get(),
                counters.bytes.get(),
                counters.lastVersion.get(),
                ack);
    }

    private static String describe(@Nullable IOException failure) {
        if (failure == null) {
            return "";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
