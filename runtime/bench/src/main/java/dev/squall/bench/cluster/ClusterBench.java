package dev.squall.bench.cluster;

import dev.squall.base.Failure;
import dev.squall.bench.member.Message;
import dev.squall.bench.report.Row;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Measures one workload on a cluster of its own. The callers live in the first members' processes.
 * At the end every member must hold the same versions: a put that is counted is one that all have
 * applied.
 */
public final class ClusterBench {

    /** How long members may take to apply what was answered: 30 s. */
    private static final long APPLY_MILLIS_MAX = 30_000;

    private static final long POLL_MILLIS = 20;

    private final Cluster cluster;
    private final Workload load;
    private final PrintWriter progress;

    public ClusterBench(Cluster cluster, Workload load, PrintWriter progress) {
        this.cluster = cluster;
        this.load = load;
        this.progress = progress;
    }

    /** Makes the pool, runs the load, checks what became of it. */
    public Row run() throws InterruptedException {
        var members = cluster.members();
        var senders = members.subList(0, load.senders());
        members.getFirst().ask(load.pool(members.size()));
        if (load.reads()) {
            progress.printf("putting %d objects of %d bytes%n", load.keys(), load.size());
            members.getFirst().ask(fill());
            awaitApplied(members);
        }
        Cluster.ask(senders, load.begin(load.operation()));
        progress.printf(Locale.ROOT, "warming up for %.1f s%n", load.warmup());
        Thread.sleep((long) (load.warmup() * 1000));
        Cluster.ask(members, Message.of("sample"));
        progress.printf(Locale.ROOT, "measuring for %.1f s%n", load.seconds());
        Thread.sleep((long) (load.seconds() * 1000));
        var samples =
                Cluster.ask(members, Message.of("sample")).stream().map(Sample::read).toList();
        Cluster.ask(senders, Message.of("stop"));
        awaitApplied(members);
        explain(samples);
        return row(members.size(), samples.subList(0, senders.size()));
    }

    private Message fill() {
        return Message.of("fill", "pool", Workload.POOL, "size", load.size(), "keys", load.keys());
    }

    /** Waits until all members hold the same versions. */
    private void awaitApplied(List<MemberProcess> members) throws InterruptedException {
        long end = System.nanoTime() + APPLY_MILLIS_MAX * 1_000_000;
        var count = Message.of("count", "pool", Workload.POOL);
        var counts = Cluster.ask(members, count);
        while (counts.stream().distinct().count() > 1) {
            if (System.nanoTime() - end > 0) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "after %d ms the members hold different versions: %s"
                                .formatted(APPLY_MILLIS_MAX, counts));
            }
            Thread.sleep(POLL_MILLIS);
            counts = Cluster.ask(members, count);
        }
        progress.printf(
                "all %d members hold the same: %s versions applied%n",
                members.size(), counts.getFirst().text("versions"));
    }

    private void explain(List<Sample> samples) {
        long all = samples.stream().mapToLong(Sample::operations).sum();
        for (int i = 0; i < samples.size(); i++) {
            var s = samples.get(i);
            progress.printf(
                    Locale.ROOT,
                    "member %d: %.2f cores, %.0f heap bytes per operation of the cluster, "
                            + "%d ms collecting garbage, %d MiB resident%n",
                    i + 1,
                    s.cores(),
                    (double) s.allocated() / all,
                    s.collectorMillis(),
                    s.resident() >> 20);
        }
    }

    private Row row(int nodes, List<Sample> samples) {
        var latencies = new Histogram(3);
        samples.forEach(s -> latencies.add(s.latencies()));
        if (latencies.getTotalCount() == 0) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "nothing was answered in %.1f s; measure for longer".formatted(load.seconds()));
        }
        double rate = samples.stream().mapToDouble(Sample::operationsPerSecond).sum();
        double bytes =
                samples.stream().mapToDouble(Sample::bytesPerOperation).average().orElseThrow();
        return Row.of(
                cluster.program().system(),
                load.operation(),
                load.size(),
                nodes,
                rate,
                bytes,
                latencies);
    }
}
