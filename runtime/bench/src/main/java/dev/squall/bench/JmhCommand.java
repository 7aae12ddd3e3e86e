package dev.squall.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Parameters;

/** {@code squall bench jmh}: hands everything to JMH, with the garbage counted by default. */
@Command(
        name = "jmh",
        description = "Run the micro-benchmarks; arguments are those of JMH (-h lists them).")
final class JmhCommand implements Callable<Integer> {

    @Parameters(hidden = true)
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        var all = new ArrayList<>(arguments);
        if (!all.contains("-prof")) {
            all.addAll(List.of("-prof", "gc"));
        }
        Main.main(all.toArray(String[]::new));
        return ExitCode.OK;
    }
}
