package dev.squall.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.squall.cli.local.ClusterFile;
import dev.squall.cli.local.ProcessRecord;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.OutputForm;
import dev.squall.cli.terminal.Printer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * What the cluster says of itself, and what the operating system says of its processes. Asks --url
 * if given, else the nodes recorded for the data directory until one answers, else the default
 * address.
 */
@Command(name = "status", description = "Show the members, their processes and the shards.")
final class StatusCommand extends SquallCommand {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The data directory of a cluster on this machine (default: .squall here).")
    private Path data = Path.of(UpCommand.DEFAULT_DATA);

    @Override
    public Integer call() {
        Printer printer = printer();
        String given = root().givenUrl();
        Optional<ClusterFile> local =
                given == null
                        ? ClusterFile.read(data.toAbsolutePath().normalize())
                        : Optional.empty();
        ArrayNode processes = local.map(StatusCommand::processes).orElseGet(StatusCommand::none);
        if (!processes.isEmpty() && printer.form() == OutputForm.TABLE) {
            printer.rows(
                    processes,
                    "",
                    "",
                    Column.of("process"),
                    Column.of("pid"),
                    Column.of("state"),
                    Column.of("log"));
            printer.line("");
        }
        JsonNode cluster = ask(local.map(ClusterFile::urls).orElse(List.of(root().url())), printer);
        if (printer.form() == OutputForm.TABLE) {
            print(cluster, printer);
        } else {
            var whole = JsonNodeFactory.instance.objectNode();
            whole.set("cluster", cluster);
            whole.set("processes", processes);
            printer.value(whole);
        }
        return ExitCode.OK;
    }

    private static ArrayNode none() {
        return JsonNodeFactory.instance.arrayNode();
    }

    private static ArrayNode processes(ClusterFile file) {
        ArrayNode rows = none();
        for (ProcessRecord process : file.processes()) {
            rows.addObject()
                    .put("process", process.role())
                    .put("pid", process.pid())
                    .put("state", process.find().isPresent() ? "running" : "ended")
                    .put("log", process.log());
        }
        return rows;
    }

    private static JsonNode ask(List<String> urls, Printer printer) {
        Failure last = new Failure("the cluster's file names no node", "Start it again.");
        for (String url : urls) {
            try (Rest rest = Rest.at(url, printer::note)) {
                return rest.json(Call.get("/v1/cluster"));
            } catch (Failure e) {
                last = e;
            }
        }
        throw last;
    }

    private static void print(JsonNode cluster, Printer printer) {
        printer.line(view(cluster));
        printer.rows(
                cluster,
                "members",
                "no members",
                Column.of("MEMBER", "/id"),
                Column.of("alive"),
                Column.of("address"),
                Column.of("pid"),
                Column.of("site"),
                Column.of("tier"),
                Column.of("cores"),
                Column.of("MEMORY", "/memoryBytes"),
                Column.of("gpus"),
                Column.of("models"));
        printer.line("");
        printer.rows(
                withLeast(cluster),
                "shards",
                "no shards",
                Column.of("pool"),
                Column.of("shard"),
                Column.of("leader"),
                Column.of("members"),
                Column.of("RECEIVED", "/least/received"),
                Column.of("STABLE", "/least/stable"),
                Column.of("PERSISTED", "/least/persisted"),
                Column.of("USED", "/usedBytes"),
                Column.of("BUDGET", "/budgetBytes"),
                Column.of("state"),
                Column.of("reason"));
    }

    /** The view as the answering node knows it, and why that node does not serve. */
    private static String view(JsonNode cluster) {
        JsonNode id = cluster.path("view");
        var line = new StringBuilder("view ").append(id.isMissingNode() ? "unknown" : id.asText());
        if (!cluster.path("viewMembers").isEmpty()) {
            line.append(" of ").append(cluster.path("viewMembers").toString().replace(",", ", "));
        }
        String reason = cluster.path("reason").asText();
        if (!reason.isEmpty()) {
            line.append(
                    "; node %d is %s: %s"
                            .formatted(
                                    cluster.path("node").asInt(),
                                    cluster.path("state").asText(),
                                    reason));
        }
        return line.toString();
    }

    /**
     * Beside each shard's frontiers, which are one for each member, those that all have reached.
     */
    private static JsonNode withLeast(JsonNode cluster) {
        for (JsonNode shard : cluster.path("shards")) {
            if (shard instanceof ObjectNode row && !shard.path("frontiers").isEmpty()) {
                ObjectNode least = row.putObject("least");
                for (String frontier : List.of("received", "stable", "persisted")) {
                    long min = Long.MAX_VALUE;
                    for (JsonNode member : shard.path("frontiers")) {
                        min = Math.min(min, member.path(frontier).asLong());
                    }
                    least.put(frontier, min);
                }
            }
        }
        return cluster;
    }
}
