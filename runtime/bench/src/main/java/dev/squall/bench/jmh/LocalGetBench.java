package dev.squall.bench.jmh;

import dev.squall.bench.member.SplitMix;
import dev.squall.log.Log;
import dev.squall.memory.Region;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The newest version of a random key, by reference: the index is searched, the value found, its
 * first eight bytes read. They choose the next key, so reads cannot overlap and the time is the
 * true latency. Beside it, in the same run, the same with a {@link ConcurrentHashMap} from the same
 * keys to slices of the same size, and with one memory access and no index at all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx2g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class LocalGetBench {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Bytes of a value. */
    @Param({"64", "1024"})
    public int size;

    /** How many keys: far more than the caches hold. */
    @Param("1000000")
    public int keys;

    private String[] names = {};
    private ShardStore store = new ShardStore(1, pool(), new Log(), (_, _, _) -> {});
    private final ConcurrentHashMap<String, MemorySegment> map = new ConcurrentHashMap<>();
    private MemorySegment values = MemorySegment.NULL;
    private long state;

    private static PoolSpec pool() {
        return new PoolSpec("bench", StoreKind.VOLATILE, 1, 1, "", Retention.ALL, "any");
    }

    /** Fills all three with the same. */
    @Setup
    public void fill() {
        names = new String[keys];
        store = new ShardStore(1, pool(), new Log(), (_, _, _) -> {});
        values = Region.allocate((long) keys * size);
        for (int i = 0; i < keys; i++) {
            names[i] = "/bench/k" + i;
            long at = (long) i * size;
            values.set(LONG, at, SplitMix.mix(i));
            var value = values.asSlice(at, size);
            map.put(names[i], value.asReadOnly());
            var record = Records.put(names[i], value);
            store.apply(record, 0, i + 1L);
        }
    }

    private int next() {
        state++;
        return (int) Long.remainderUnsigned(state, keys);
    }

    /** A get. */
    @Benchmark
    public long squall() {
        if (!(store.get(names[next()]) instanceof ReadResult.Found(var object))) {
            throw new IllegalStateException("a key is missing");
        }
        state += object.bytes().get(LONG, 0);
        return state;
    }

    /** The JDK's map. */
    @Benchmark
    public long concurrentHashMap() {
        var value = map.get(names[next()]);
        if (value == null) {
            throw new IllegalStateException("a key is missing");
        }
        state += value.get(LONG, 0);
        return state;
    }

    /** No index: what the memory itself costs. */
    @Benchmark
    public long bareMemory() {
        state += values.get(LONG, (long) next() * size);
        return state;
    }
}
