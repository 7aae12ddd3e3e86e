package dev.squall.bench;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a bench that starts nodes, or writes logs, lets their files lie as long as it runs. */
final class DataOption {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the data lies (default: the directory for temporary files).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    Path directory() {
        return directory;
    }
}
