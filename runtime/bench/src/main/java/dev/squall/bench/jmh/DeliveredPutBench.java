package dev.squall.bench.jmh;

import dev.squall.base.Version;
import dev.squall.log.Log;
import dev.squall.memory.Region;
import dev.squall.order.Fragments;
import dev.squall.order.Multicast;
import dev.squall.order.MulticastLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A put of 1 KB without network, threads and callers.
 *
 * <p><b>{@link #applied}</b>: one replica takes a delivered record: decode, log, index, retention.
 *
 * <p><b>{@link #threeMembers}</b>: one of three members, stepped by one thread, writes and seals
 * records in its ring; they are copied to the other two, ordered, delivered and applied at all
 * three, {@link #BATCH} in a turn. So one operation holds three applies. Not in it: the queue and
 * the answer of a caller, system calls, waiting.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class DeliveredPutBench {

    /** Puts of one turn. */
    static final int BATCH = 64;

    private static final int MEMBERS = 3;
    private static final int KEYS = 10_000;
    private static final long KEPT_BYTES = 64L << 20;

    /** Bytes of an object. */
    @Param("1024")
    public int size;

    private final List<MemorySegment> memories = new ArrayList<>();
    private final List<Multicast> members = new ArrayList<>();
    private final List<byte[]> keys = new ArrayList<>();
    private final List<MemorySegment> records = new ArrayList<>();
    private final DirectFabric fabric = new DirectFabric(memories);
    private MemorySegment payload = MemorySegment.NULL;
    private ShardStore alone = store();
    private long count;

    private static ShardStore store() {
        var kept = new Retention(0, KEPT_BYTES, 0);
        var pool = new PoolSpec("bench", StoreKind.VOLATILE, 1, 1, "", kept, "any");
        return new ShardStore(1, pool, new Log(), (_, _, _) -> {});
    }

    /** Makes the members and the keys. */
    @Setup
    public void prepare() {
        payload = Region.allocate(size);
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        payload.copyFrom(MemorySegment.ofArray(bytes));
        for (int i = 0; i < KEYS; i++) {
            keys.add(("/bench/k" + i).getBytes(StandardCharsets.UTF_8));
            records.add(Records.put("/bench/k" + i, payload));
        }
        alone = store();
        var layout = new MulticastLayout(MEMBERS, MulticastLayout.RING_BYTES_DEFAULT);
        for (int rank = 0; rank < MEMBERS; rank++) {
            var memory = Region.allocate(layout.bytes());
            var store = store();
            memories.add(memory);
            members.add(
                    new Multicast(
                            layout,
                            memory,
                            rank,
                            new Fragments(
                                    MEMBERS,
                                    (sequence, _, m, at) ->
                                            store.apply(m, at, Version.of(1, sequence)))));
        }
    }

    /** One replica applies. */
    @Benchmark
    public Object applied() {
        count++;
        return alone.apply(records.get((int) (count % KEYS)), 0, Version.of(1, count));
    }

    /** Three members order and apply. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long threeMembers() {
        var sender = members.getFirst();
        for (int i = 0; i < BATCH; i++) {
            count++;
            var key = keys.get((int) (count % KEYS));
            int length = Records.length(key, payload);
            long at = sender.reserve(length);
            Records.write(sender.memory(), at, key, payload, count);
            sender.commit(length);
        }
        long target = sender.nextSequence() - MEMBERS;
        while (members.stream().anyMatch(m -> m.delivered() <= target)) {
            turn();
        }
        return target;
    }

    private void turn() {
        for (int rank = 0; rank < MEMBERS; rank++) {
            var member = members.get(rank);
            member.receive();
            member.deliver();
            for (int peer = 0; peer < MEMBERS; peer++) {
                if (peer != rank) {
                    member.push(fabric, peer, peer, 0);
                }
            }
        }
    }
}
