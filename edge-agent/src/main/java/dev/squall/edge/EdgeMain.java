package dev.squall.edge;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * The command {@code squall-edge}: see {@link Options#USAGE}.
 *
 * <p>An agent ends in one of two ways, and each prints the totals once: the main thread sees the
 * source's end, or the shutdown hook sees SIGTERM. The hook takes over for good: it ends the
 * process itself, with an exit code of ours in place of the signal's.
 */
public final class EdgeMain {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private EdgeMain() {}

    /** Runs the command and ends the process. */
    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
        if (List.of(args).contains("--help")) {
            out.print(Options.USAGE);
            return OK;
        }
        try {
            return stream(Options.parse(args), out, err);
        } catch (UsageException e) {
            err.println("squall-edge: " + e.getMessage());
            err.println("Try --help.");
            return USAGE;
        } catch (IOException e) {
            err.println("squall-edge: " + e.getMessage());
            return FAILED;
        }
    }

    private static int stream(Options options, PrintStream out, PrintStream err)
            throws IOException, InterruptedException {
        var agent =
                EdgeAgent.start(
                        options,
                        TimeSource.system(),
                        report -> print(report, options.output(), out),
                        line -> err.println("squall-edge: " + line));
        var hook =
                Thread.ofPlatform()
                        .name("stop")
                        .unstarted(() -> stopAndHalt(agent, options, out, err));
        Runtime.getRuntime().addShutdownHook(hook);
        EdgeAgent.Outcome outcome = agent.awaitEnd();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            hook.join(); // never returns: the hook halts the process
        }
        return conclude(outcome, options, out, err);
    }

    private static void stopAndHalt(
            EdgeAgent agent, Options options, PrintStream out, PrintStream err) {
        int code = FAILED;
        try {
            code = conclude(agent.stop(), options, out, err);
        } catch (InterruptedException e) {
            err.println("squall-edge: interrupted while stopping");
        }
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code);
    }

    private static int conclude(
            EdgeAgent.Outcome outcome, Options options, PrintStream out, PrintStream err) {
        print(outcome.totals(), options.output(), out);
        if (!outcome.failure().isEmpty()) {
            err.println("squall-edge: " + outcome.failure());
        }
        return outcome.complete() ? OK : FAILED;
    }

    private static void print(Report report, Options.Output form, PrintStream out) {
        switch (form) {
            case LINES -> out.println(report.toLine());
            case JSON -> out.println(report.toJson());
            case NONE -> {}
        }
    }
}
