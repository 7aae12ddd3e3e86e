package dev.squall.cli;

import dev.squall.cli.terminal.Failure;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A name in the tree of commands whose work is done elsewhere or comes later. It is shown in the
 * help with that remark, takes any arguments, and fails with exit code 1.
 */
final class Placeholder implements Callable<Integer> {
    private static final String LATER = "(not available yet)";

    private final String name;
    private final String reason;
    private final String advice;

    private Placeholder(String name, String reason, String advice) {
        this.name = name;
        this.reason = reason;
        this.advice = advice;
    }

    static void addTo(CommandLine root) {
        later(root, "plan", "Compute a placement and explain it");
        later(root, "support-bundle", "Collect what a supporter needs");
        later(group(root, "graph"), "import", "Import Cascade's dfgs.json");
        later(group(root, "model"), "load", "Load a model into the nodes");
        later(group(root, "model"), "unload", "Unload a model");
        launched(root, "bench", "Measure put, get, trigger, infer and multicast");
        launched(root, "log", "Dump or verify a log file");
        launched(root, "sim", "Run seeds of the deterministic simulation");
        launched(root, "test", "Run all tests that need only this machine");
    }

    private static CommandLine group(CommandLine root, String name) {
        var group = root.getSubcommands().get(name);
        if (group == null) {
            throw new IllegalStateException("no group of commands named " + name);
        }
        return group;
    }

    private static void later(CommandLine parent, String name, String description) {
        add(
                parent,
                name,
                description + " " + LATER + ".",
                "is not available yet",
                "`squall --help` shows what is.");
    }

    private static void launched(CommandLine parent, String name, String description) {
        add(
                parent,
                name,
                description + " (by ./squall).",
                "is a program of its own",
                "Start it through the launcher in a checkout: ./squall " + name);
    }

    private static void add(
            CommandLine parent, String name, String description, String reason, String advice) {
        String whole = parent.getCommandSpec().qualifiedName() + " " + name;
        var spec = CommandSpec.wrapWithoutInspection(new Placeholder(whole, reason, advice));
        spec.usageMessage().description(description);
        spec.parser().unmatchedArgumentsAllowed(true);
        parent.addSubcommand(name, spec);
    }

    @Override
    public Integer call() {
        throw new Failure("`" + name + "` " + reason, advice);
    }
}
