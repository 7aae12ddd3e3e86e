package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Outcome;
import dev.squall.bench.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What came out of a run, for people and for programs. */
public final class ChaosReport {

    /** Violations that are printed for people. */
    private static final int PRINTED_MAX = 20;

    private final ChaosPlan plan;
    private final double seconds;
    private final Recording recording;
    private final List<Operation> operations;
    private final List<Fault> faults;
    private final List<String> skipped;
    private final Judgement judgement;

    ChaosReport(
            ChaosPlan plan,
            double seconds,
            Recording recording,
            List<Fault> faults,
            List<String> skipped,
            Judgement judgement) {
        this.plan = plan;
        this.seconds = seconds;
        this.recording = recording;
        this.operations = recording.operations();
        this.faults = faults;
        this.skipped = skipped;
        this.judgement = judgement;
    }

    /** Whether nothing is wrong. */
    public boolean clean() {
        return judgement.clean();
    }

    /** Acknowledged writes, and how long each took with all its attempts; empty without any. */
    public Optional<Row> row() {
        var latencies = new Histogram(3);
        operations.stream()
                .filter(Operation::stored)
                .forEach(o -> latencies.recordValue(o.completed() - o.invoked()));
        long count = latencies.getTotalCount();
        return count == 0
                ? Optional.empty()
                : Optional.of(
                        Row.of(
                                "squall",
                                "chaos write",
                                0,
                                plan.nodes(),
                                count / seconds,
                                null,
                                latencies));
    }

    /** From a fault to the end of the first acknowledged write that began after it, in ms. */
    private Optional<Double> writtenAgainMillis(Fault fault) {
        return operations.stream()
                .filter(o -> o.stored() && o.invoked() >= fault.at())
                .map(o -> (o.completed() - fault.at()) / 1e6)
                .min(Double::compare);
    }

    /** The longest time between two acknowledged writes from a fault until all was whole, in ms. */
    private double stillMillis(Fault fault) {
        var times =
                operations.stream()
                        .filter(Operation::stored)
                        .mapToLong(Operation::completed)
                        .sorted()
                        .toArray();
        long longest = 0;
        for (int i = 1; i < times.length && times[i - 1] < fault.whole(); i++) {
            if (times[i] >= fault.at()) {
                longest = Math.max(longest, times[i] - times[i - 1]);
            }
        }
        return longest / 1e6;
    }

    private static Optional<Double> wholeMillis(Fault fault) {
        return fault.whole() == Operation.NEVER
                ? Optional.empty()
                : Optional.of((fault.whole() - fault.mended()) / 1e6);
    }

    private long count(Outcome outcome) {
        return operations.stream().filter(o -> o.outcome() == outcome).count();
    }

    /** The figures beside the row. */
    public Map<String, Object> figures() {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("seed", plan.seed());
        figures.put("seconds", Math.round(seconds * 100) / 100.0);
        figures.put("clients", plan.clients());
        figures.put("operations", operations.size());
        for (var outcome : Outcome.values()) {
            figures.put("outcome_" + outcome.name().toLowerCase(Locale.ROOT), count(outcome));
        }
        figures.put("acknowledged", operations.stream().filter(Operation::stored).count());
        figures.put("cut_reads", recording.cuts().size());
        figures.put("lost", judgement.lost());
        figures.put("applied_twice", judgement.twice());
        figures.put("undecided_keys", judgement.undecided());
        figures.put("attempts_not_answered", recording.refusals());
        figures.put("skipped", skipped);
        figures.put("faults", faults.stream().map(this::figures).toList());
        figures.put("violations", judgement.wrong());
        return figures;
    }

    private Map<String, Object> figures(Fault fault) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("kind", fault.kind().word());
        figures.put("what", fault.what());
        writtenAgainMillis(fault).ifPresent(ms -> figures.put("write_again_ms", rounded(ms)));
        figures.put("still_ms", rounded(stillMillis(fault)));
        wholeMillis(fault).ifPresent(ms -> figures.put("whole_again_ms", rounded(ms)));
        return figures;
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }

    /** For people. */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%d operations in %.1f s (%d acknowledged writes, %d outcomes unknown, %d"
                                + " failed), %d reads at a time",
                        operations.size(),
                        seconds,
                        operations.stream().filter(Operation::stored).count(),
                        count(Outcome.UNKNOWN),
                        count(Outcome.FAILED),
                        recording.cuts().size()));
        lines.add("attempts not answered: " + recording.refusals());
        lines.addAll(durations());
        skipped.forEach(why -> lines.add("skipped " + why));
        judgement.wrong().stream().limit(PRINTED_MAX).forEach(w -> lines.add("VIOLATION " + w));
        lines.add(
                String.format(
                        Locale.ROOT,
                        "seed %d: faults %d, skipped %d, lost %d, applied twice %d, undecided %d,"
                                + " violations %d",
                        plan.seed(),
                        faults.size(),
                        skipped.size(),
                        judgement.lost(),
                        judgement.twice(),
                        judgement.undecided(),
                        judgement.wrong().size()));
        return lines;
    }

    /**
     * For each kind of fault: how long until a write succeeded, between two writes, and until all
     * was whole.
     */
    private List<String> durations() {
        var byKind = new TreeMap<FaultKind, List<Fault>>();
        faults.forEach(f -> byKind.computeIfAbsent(f.kind(), _ -> new ArrayList<>()).add(f));
        return byKind.entrySet().stream()
                .map(e -> {
                    var again =
                            e.getValue().stream()
                                    .flatMap(f -> writtenAgainMillis(f).stream())
                                    .toList();
                    var whole =
                            e.getValue().stream().flatMap(f -> wholeMillis(f).stream()).toList();
                    var still = e.getValue().stream().map(this::stillMillis).toList();
                    return ("%-9s %3d times; first write after it %s; writes stood still %s; whole"
                                    + " after mending %s")
                            .formatted(
                                    e.getKey().word(),
                                    e.getValue().size(),
                                    spread(again),
                                    spread(still),
                                    spread(whole));
                })
                .toList();
    }

    private static String spread(List<Double> millis) {
        var sorted = millis.stream().sorted().toList();
        return sorted.isEmpty()
                ? "never"
                : String.format(
                        Locale.ROOT,
                        "median %.0f ms, max %.0f ms",
                        sorted.get(sorted.size() / 2),
                        sorted.getLast());
    }
}
