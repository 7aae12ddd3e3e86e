package dev.squall.bench;

import dev.squall.bench.rest.InferBench;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code squall bench infer}: inferences of a running cluster by REST. */
@Command(
        name = "infer",
        description =
                "Measure inferences through a node's REST, by the Open Inference Protocol."
                        + " SIZE is that of the request's body.")
final class InferCommand extends MeasureCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "The model or UDL that infers.")
    private String model = "";

    @Option(names = "--url", required = true, paramLabel = "URL", description = "A node's REST.")
    private URI url = URI.create("http://localhost:8080");

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "The only input's bytes (default: every input is zeros).")
    private @Nullable Path file;

    @Option(
            names = "--depth",
            defaultValue = "1",
            paramLabel = "D",
            description = "Connections (default: 1).")
    private int depth;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            paramLabel = "S",
            description = "How long to measure (default: 5).")
    private double seconds;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            paramLabel = "S",
            description = "How long to run before that (default: 5).")
    private double warmup;

    @Override
    public Integer call() throws Exception {
        byte[] raw = file == null ? null : Files.readAllBytes(file);
        progress().println(MachineLoad.now() + " before");
        var row = new InferBench(url, model).run(raw, depth, warmup, seconds);
        print(List.of(row));
        return ExitCode.OK;
    }
}
