package dev.squall.bench.cluster;

import dev.squall.base.Failure;
import dev.squall.bench.member.Message;
import dev.squall.bench.report.Row;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Measures when logic starts after what starts it was called for: from the call in a member's
 * process, over the order and every copy, to the first line of the user's method.
 *
 * <p>The kernel's monotonic clock is one for all processes of a host, so a start at another member
 * is timed as well. Rates are those of starts; each caller waits for the answer of its put, which
 * comes at about the time of the start.
 */
public final class LogicBench {

    private final Cluster cluster;
    private final Workload load;
    private final PrintWriter progress;

    public LogicBench(Cluster cluster, Workload load, PrintWriter progress) {
        this.cluster = cluster;
        this.load = load;
        this.progress = progress;
    }

    /** Starts by a trigger, and by a put: in the member where it was made, and in another. */
    public List<Row> triggers() throws InterruptedException {
        prepare("one");
        var rows = new ArrayList<Row>();
        rows.add(row("trigger, stored nowhere, in the node", measure("trigger", 1), "here", 1));
        var starts = measure("clocked", load.senders());
        rows.add(row("put, in the node", starts, "here", 1));
        if (cluster.members().size() > 1) {
            rows.add(row("put, at another node", starts, "across", 1));
        }
        return List.copyOf(rows);
    }

    /**
     * Starts at every member of what any of them has put: an ordered multicast, as logic sees it.
     */
    public List<Row> multicast() throws InterruptedException {
        prepare("all");
        var starts = measure("clocked", load.senders());
        int nodes = cluster.members().size();
        return List.of(row("multicast, all members started", starts, "", nodes));
    }

    private void prepare(String replicas) {
        var first = cluster.members().getFirst();
        first.ask(load.pool(cluster.members().size()));
        first.ask(Message.of("logic", "pool", Workload.POOL, "replicas", replicas));
    }

    private List<Message> measure(String operation, int senders) throws InterruptedException {
        var members = cluster.members();
        var callers = members.subList(0, senders);
        Cluster.ask(callers, load.begin(operation));
        progress.printf(
                Locale.ROOT,
                "%s: warming up for %.1f s, measuring for %.1f s%n",
                operation,
                load.warmup(),
                load.seconds());
        Thread.sleep((long) (load.warmup() * 1000));
        Cluster.ask(members, Message.of("starts"));
        Thread.sleep((long) (load.seconds() * 1000));
        var starts = Cluster.ask(members, Message.of("starts"));
        Cluster.ask(callers, Message.of("sample")); // throws what ended a caller early
        Cluster.ask(callers, Message.of("stop"));
        return starts;
    }

    /**
     * @param where which starts count; empty = all
     * @param each how many starts there are of one object
     */
    private Row row(String workload, List<Message> starts, String where, int each) {
        var sum = new Histogram(3);
        var names = where.isEmpty() ? List.of("here", "across") : List.of(where);
        names.stream()
                .flatMap(n -> starts.stream().map(m -> Sample.histogram(m, n)))
                .forEach(sum::add);
        if (sum.getTotalCount() == 0) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "%s: no logic was started in %.1f s; measure for longer, or with more keys"
                            .formatted(workload, load.seconds()));
        }
        double rate = sum.getTotalCount() / load.seconds() / each;
        int nodes = cluster.members().size();
        return Row.of("squall", workload, load.size(), nodes, rate, null, sum);
    }
}
