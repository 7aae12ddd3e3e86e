package dev.squall.bench.client;

import dev.squall.base.Failure;
import dev.squall.bench.cluster.Workload;
import dev.squall.bench.member.MemberMain;
import dev.squall.bench.report.Row;
import dev.squall.client.Caller;
import dev.squall.client.Change;
import dev.squall.client.ClientOptions;
import dev.squall.client.PutResult;
import dev.squall.client.SquallClient;
import dev.squall.client.frame.Request;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * The same puts as those of a caller within, made from outside by a client in this process: a
 * closed loop of {@code depth} callers, each of which puts again as soon as it is answered. As
 * there, a pause of the cluster is seen by the puts under way only.
 */
public final class ClientBench {

    private static final long SEED = 42;
    private static final int DIGITS = 3;
    private static final long STOP_SECONDS_MAX = 30;

    private final String members;
    private final Workload load;
    private final PrintWriter progress;
    private final Recorder recorder = new Recorder(DIGITS);
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private volatile boolean stopping;

    /**
     * @param members where they listen
     */
    public ClientBench(String members, Workload load, PrintWriter progress) {
        this.members = members;
        this.load = load;
        this.progress = progress;
    }

    /** Runs the load, on a pool that is there. */
    public Row run(int nodes) throws InterruptedException {
        var options =
                ClientOptions.of(MemberMain.CLUSTER, members)
                        .underway(ClientOptions.REQUESTS_LIMIT, Long.MAX_VALUE / 2);
        try (var client = SquallClient.of(options)) {
            var ended = new CountDownLatch(load.depth());
            for (int i = 0; i < load.depth(); i++) {
                new Putter(client, ended).next();
            }
            progress.printf(Locale.ROOT, "warming up a client for %.1f s%n", load.warmup());
            Thread.sleep((long) (load.warmup() * 1000));
            recorder.reset();
            long begun = System.nanoTime();
            progress.printf(Locale.ROOT, "measuring it for %.1f s%n", load.seconds());
            Thread.sleep((long) (load.seconds() * 1000));
            var latencies = recorder.getIntervalHistogram();
            long nanos = System.nanoTime() - begun;
            stopping = true;
            if (!ended.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "%d puts are still under way after %d s"
                                .formatted(ended.getCount(), STOP_SECONDS_MAX));
            }
            var failed = failure.get();
            if (failed != null) {
                throw failed;
            }
            if (latencies.getTotalCount() == 0) {
                throw new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "nothing was answered in %.1f s; measure for longer"
                                .formatted(load.seconds()));
            }
            return Row.of(
                    "squall-client",
                    load.operation(),
                    load.size(),
                    nodes,
                    latencies.getTotalCount() * 1e9 / nanos,
                    null,
                    latencies);
        }
    }

    /** One caller with one put under way. */
    private final class Putter implements Caller<PutResult> {

        private final SquallClient client;
        private final CountDownLatch ended;
        private final MemorySegment payload;
        private long begun;

        Putter(SquallClient client, CountDownLatch ended) {
            this.client = client;
            this.ended = ended;
            var bytes = new byte[load.size()];
            new Random(SEED).nextBytes(bytes);
            this.payload = MemorySegment.ofArray(bytes);
        }

        void next() {
            int key = ThreadLocalRandom.current().nextInt(load.keys());
            var ack = load.ack().equals("durable") ? Request.Ack.DURABLE : Request.Ack.ORDERED;
            begun = System.nanoTime();
            client.change(
                    new Change("/" + Workload.POOL + "/k" + key, false, payload, -1, ack), this);
        }

        @Override
        public void answered(PutResult result) {
            recorder.recordValue(System.nanoTime() - begun);
            if (stopping) {
                ended.countDown();
            } else {
                next();
            }
        }

        @Override
        public void failed(Failure why) {
            failure.compareAndSet(null, why);
            ended.countDown();
        }
    }
}
