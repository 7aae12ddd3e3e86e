package dev.squall.cli;

import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Dataflow graphs: which UDL runs on which prefix and where its results go. */
@Command(
        name = "graph",
        description = "Apply, list, show and delete dataflow graphs.",
        subcommands = {
            GraphCommand.Apply.class,
            GraphCommand.Show.class,
            GraphCommand.Delete.class,
            GraphCommand.ListAll.class,
        })
final class GraphCommand extends GroupCommand {
    private static final String GRAPHS = "/v1/graphs";

    private static String path(String name) {
        return GRAPHS + "/" + Call.segment(name);
    }

    @Command(name = "apply", description = "Create a graph from a file, or change it.")
    static final class Apply extends ClientCommand {
        /**
         * The graph's own name: the first `name` at the left edge of YAML, or at the top of JSON.
         */
        private static final Pattern NAME =
                Pattern.compile("(?m)^(?:name:\\s*|\\s*\\{?\\s*\"name\"\\s*:\\s*)[\"']?([\\w.-]+)");

        @Parameters(paramLabel = "FILE", description = "YAML or JSON, or - for standard input.")
        private String file = "";

        @Option(names = "--name", paramLabel = "NAME", description = "Instead of the file's own.")
        private @Nullable String name;

        @Override
        void run(Rest rest, Printer printer) throws IOException {
            byte[] bytes = Input.bytes(file);
            String text = new String(bytes, StandardCharsets.UTF_8);
            String type =
                    text.stripLeading().startsWith("{") ? "application/json" : "application/yaml";
            Call call = Call.put(path(name == null ? nameIn(text) : name));
            printer.value(rest.json(call.body(type, BodyPublishers.ofByteArray(bytes))));
        }

        private String nameIn(String text) {
            Matcher found = NAME.matcher(text);
            if (!found.find()) {
                throw new Failure(
                        "the graph in '" + file + "' has no name",
                        "Begin the file with `name: …`, or give --name.");
            }
            return found.group(1);
        }
    }

    @Command(name = "list", description = "List the graphs.")
    static final class ListAll extends ClientCommand {
        @Override
        void run(Rest rest, Printer printer) {
            printer.rows(
                    rest.json(Call.get(GRAPHS)),
                    "graphs",
                    "no graphs: make one with `squall graph apply`",
                    Column.of("name"),
                    Column.of("version"),
                    Column.of("VERTICES", "/vertices"));
        }
    }

    @Command(name = "show", description = "Show a graph.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The graph.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.get(path(name))));
        }
    }

    @Command(name = "delete", description = "Delete a graph; what it stored stays.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "The graph.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.delete(path(name))));
        }
    }
}
