package dev.squall.cli.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * {@code DIR/cluster.json}: the processes that run on a data directory. It exists exactly while
 * `squall up` considers the cluster started; whoever reads it checks each process by its mark.
 *
 * @param format raised when the meaning of a field changes
 * @param urls the nodes' addresses
 * @param processes in the order of their start
 */
public record ClusterFile(int format, List<String> urls, List<ProcessRecord> processes) {
    private static final int FORMAT = 1;
    private static final String NAME = "cluster.json";
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public ClusterFile {
        urls = List.copyOf(urls);
        processes = List.copyOf(processes);
    }

    public static ClusterFile of(List<String> urls, List<ProcessRecord> processes) {
        return new ClusterFile(FORMAT, urls, processes);
    }

    /** What is recorded for this data directory; empty when nothing is. */
    public static Optional<ClusterFile> read(Path dir) {
        Path file = dir.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ClusterFile found = JSON.readValue(Files.readAllBytes(file), ClusterFile.class);
            if (found.format != FORMAT) {
                throw new IOException("format " + found.format + ", this program knows " + FORMAT);
            }
            return Optional.of(found);
        } catch (IOException e) {
            throw new Failure(
                    "cannot read " + file + ": " + e.getMessage(),
                    "Stop the processes of that cluster by hand, then delete the file.",
                    e);
        }
    }

    /** Replaces the file at once: a reader sees the old or the new one, never half of it. */
    public void write(Path dir) {
        try {
            Files.createDirectories(dir);
            Path fresh = Files.createTempFile(dir, NAME, ".new");
            Files.write(fresh, JSON.writeValueAsBytes(this));
            Files.move(
                    fresh,
                    dir.resolve(NAME),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Failure(
                    "cannot write " + dir.resolve(NAME) + ": " + e.getMessage(),
                    "Choose a directory that you may write, with --data.",
                    e);
        }
    }

    public static void delete(Path dir) {
        try {
            Files.deleteIfExists(dir.resolve(NAME));
        } catch (IOException e) {
            throw new Failure("cannot delete " + dir.resolve(NAME) + ": " + e.getMessage(), "", e);
        }
    }

    /** The recorded processes that are alive and are the ones recorded. */
    public List<ProcessRecord> live() {
        return processes.stream().filter(process -> process.find().isPresent()).toList();
    }
}
