package dev.squall.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.squall.cli.rest.Call;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Column;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** User-defined logic: jars that run in the nodes. */
@Command(
        name = "udl",
        description = "Upload, list, show, alias, roll back and delete user-defined logic.",
        subcommands = {
            UdlCommand.Upload.class,
            UdlCommand.Show.class,
            UdlCommand.Alias.class,
            UdlCommand.Rollback.class,
            UdlCommand.Delete.class,
            UdlCommand.ListAll.class,
        })
final class UdlCommand extends GroupCommand {
    private static final String UDLS = "/v1/udls";

    /** `name` or `name:version`, as a path. */
    private static String path(String name) {
        int colon = name.indexOf(':');
        return colon < 0
                ? UDLS + "/" + Call.segment(name)
                : UDLS
                        + "/"
                        + Call.segment(name.substring(0, colon))
                        + "/"
                        + Call.segment(name.substring(colon + 1));
    }

    private static Call alias(String name, String alias, Map<String, Integer> weights) {
        var versions = JsonNodeFactory.instance.objectNode();
        weights.forEach(versions::put);
        var body = JsonNodeFactory.instance.objectNode().set("versions", versions);
        return Call.put(path(name) + "/alias/" + Call.segment(alias)).json(body.toString());
    }

    @Command(name = "upload", description = "Upload a jar; the same jar again changes nothing.")
    static final class Upload extends ClientCommand {
        @Parameters(paramLabel = "JAR", description = "The jar, or - for standard input.")
        private String jar = "";

        @Option(names = "--dry-run", description = "Only check it.")
        private boolean dryRun;

        @Override
        void run(Rest rest, Printer printer) throws IOException {
            printer.value(
                    rest.json(
                            Call.post(UDLS)
                                    .query("dryRun", dryRun ? "true" : null)
                                    .body("application/java-archive", Input.body(jar))));
        }
    }

    @Command(name = "list", description = "List the UDLs.")
    static final class ListAll extends ClientCommand {
        @Override
        void run(Rest rest, Printer printer) {
            printer.rows(
                    rest.json(Call.get(UDLS)),
                    "udls",
                    "no UDLs: upload one with `squall udl upload`",
                    Column.of("name"),
                    Column.of("version"),
                    Column.of("sha256"),
                    Column.of("entries"));
        }
    }

    @Command(name = "show", description = "Show a UDL.")
    static final class Show extends ClientCommand {
        @Parameters(paramLabel = "NAME[:VERSION]", description = "The UDL.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.get(path(name))));
        }
    }

    @Command(
            name = "alias",
            description = "Point an alias at versions; with weights they share the work.")
    static final class Alias extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The UDL.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "ALIAS", description = "For example stable.")
        private String alias = "";

        @Parameters(
                index = "2..*",
                arity = "1..*",
                paramLabel = "VERSION[=WEIGHT]",
                mapFallbackValue = "100",
                description = "For example 4, or 3=90 4=10.")
        private Map<String, Integer> weights = new LinkedHashMap<>();

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(alias(name, alias, weights)));
        }
    }

    @Command(name = "rollback", description = "Point an alias at an earlier version again.")
    static final class Rollback extends ClientCommand {
        @Parameters(index = "0", paramLabel = "NAME", description = "The UDL.")
        private String name = "";

        @Parameters(index = "1", paramLabel = "VERSION", description = "The version to return to.")
        private String version = "";

        @Option(names = "--alias", paramLabel = "ALIAS", description = "Default: stable.")
        private String alias = "stable";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(alias(name, alias, Map.of(version, 100))));
        }
    }

    @Command(name = "delete", description = "Delete a UDL, or one version of it.")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "NAME[:VERSION]", description = "The UDL.")
        private String name = "";

        @Override
        void run(Rest rest, Printer printer) {
            printer.value(rest.json(Call.delete(path(name))));
        }
    }
}
