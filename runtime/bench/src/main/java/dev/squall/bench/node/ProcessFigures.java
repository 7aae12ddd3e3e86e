package dev.squall.bench.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds, as Linux counts it.
 *
 * @param residentBytes memory in use, files that it maps included
 * @param ownBytes the part of it that is no file's
 * @param handles open files, sockets and the like
 * @param threads threads
 */
public record ProcessFigures(long residentBytes, long ownBytes, int handles, int threads) {

    /** Those of a process that runs. */
    public static ProcessFigures of(long pid) {
        var directory = Path.of("/proc", Long.toString(pid));
        try (var handles = Files.list(directory.resolve("fd"))) {
            var status = Files.readString(directory.resolve("status"));
            return new ProcessFigures(
                    number(status, "VmRSS:") << 10,
                    number(status, "RssAnon:") << 10,
                    (int) handles.count(),
                    (int) number(status, "Threads:"));
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " cannot be looked at", e);
        }
    }

    private static long number(String status, String name) {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
