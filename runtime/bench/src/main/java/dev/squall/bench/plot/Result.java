package dev.squall.bench.plot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.base.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One run, as {@code --output json} has printed it.
 *
 * @param date when it ended
 * @param operation what was asked
 * @param size bytes of an object
 * @param depth calls under way at once
 * @param ack when a put was answered
 * @param fabric how members of Squall reached each other
 * @param load the machine's load average, before
 * @param systems a row each, in the order in which they ran
 */
record Result(
        String date,
        String operation,
        int size,
        int depth,
        String ack,
        String fabric,
        double load,
        List<Measured> systems) {

    /** One system of a run. */
    record Measured(String system, double opsPerSecond, double p50Micros, double p99Micros) {}

    /** The results in a directory, smaller objects first. */
    static List<Result> in(Path directory) throws IOException {
        var results = new ArrayList<Result>();
        try (var files = Files.list(directory)) {
            for (var file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                results.add(read(file));
            }
        }
        results.sort(Comparator.comparingInt(Result::size).thenComparing(Result::fabric));
        return List.copyOf(results);
    }

    private static Result read(Path file) throws IOException {
        var document = new JsonMapper().readTree(Files.readString(file));
        var workload = need(file, document, "workload");
        var systems = new ArrayList<Measured>();
        for (var row : need(file, document, "results")) {
            systems.add(
                    new Measured(
                            name(need(file, row, "system").asText(), row),
                            need(file, row, "ops_per_s").asDouble(),
                            need(file, row, "p50_us").asDouble(),
                            need(file, row, "p99_us").asDouble()));
        }
        return new Result(
                need(file, document, "date").asText(),
                need(file, workload, "operation").asText(),
                need(file, workload, "size").asInt(),
                need(file, workload, "depth").asInt(),
                need(file, workload, "ack").asText(),
                need(file, document, "fabric").asText(),
                need(file, document, "load_before").asDouble(),
                List.copyOf(systems));
    }

    /** Of a disk also how many records share a sync. */
    private static String name(String system, JsonNode row) {
        var group = row.path("workload").asText().replaceAll("\\D", "");
        return system.equals("disk")
                ? "disk, %s a sync".formatted(group.isEmpty() ? "1" : group)
                : system;
    }

    private static JsonNode need(Path file, JsonNode in, String field) {
        var found = in.get(field);
        if (found == null) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%s has no field '%s'; make it with `squall bench put --output json`"
                            .formatted(file, field));
        }
        return found;
    }

    boolean isPut(String wanted) {
        return operation.equals("put") && ack.equals(wanted);
    }

    /** Its conditions in a line. */
    String conditions() {
        return "%s, %d in flight, Squall over %s; %s, load %.1f"
                .formatted(bytes(size), depth, fabric, date.substring(0, 10), load);
    }

    private static String bytes(int count) {
        if (count % (1 << 20) == 0) {
            return (count >> 20) + " MiB";
        }
        return count % 1024 == 0 ? (count >> 10) + " KiB" : count + " B";
    }
}
