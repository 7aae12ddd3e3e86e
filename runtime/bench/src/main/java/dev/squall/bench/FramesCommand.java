package dev.squall.bench;

import dev.squall.bench.frames.FrameAudit;
import dev.squall.bench.report.Row;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code squall bench frames}: a camera that streams into a running cluster, audited. */
@Command(
        name = "frames",
        description =
                "Watch a camera that streams into a running cluster (squall up), then read back"
                        + " what was kept: put to event, and frames lost, double or out of order.")
final class FramesCommand extends MeasureCommand implements Callable<Integer> {

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "A node's REST (default: http://localhost:8080).")
    private URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--camera",
            paramLabel = "KEY",
            description = "The camera's frames (default: /cameras/gate).")
    private String camera = "/cameras/gate";

    @Option(
            names = "--events",
            paramLabel = "KEY",
            description = "The camera's events (default: /events/gate).")
    private String events = "/events/gate";

    @Option(names = "--seconds", paramLabel = "S", description = "How long to watch (default: 60).")
    private int seconds = 60;

    @Override
    public Integer call() throws Exception {
        var from = Instant.now();
        progress().println(MachineLoad.now() + " before; watching for " + seconds + " s");
        progress().flush();
        Thread.sleep(Duration.ofSeconds(seconds));
        var found = new FrameAudit(url).look(camera, events, from, Instant.now());
        progress()
                .printf(
                        "%d frames: %d lost, %d double, %d out of order; %d events%n",
                        found.frames(),
                        found.lost(),
                        found.doubles(),
                        found.disorder(),
                        found.events());
        double rate = found.events() / (double) seconds;
        var row = Row.of("squall", "frame to event", 0, 0, rate, null, found.latency());
        print(List.of(row));
        return found.clean() && found.frames() > 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
