package dev.squall.bench.jmh;

import dev.squall.bench.member.SplitMix;
import dev.squall.log.Log;
import dev.squall.memory.Region;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.ShardReader;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * The newest version of a random key, by reference: the index is searched, the value found, one of
 * its words read. That word chooses the next key, so reads cannot overlap and the time is the true
 * latency; the {@code independent} ones know the next key without it. Beside it, in the same run,
 * the same with a {@link ConcurrentHashMap} of boxed numbers, and with one memory access and no
 * index at all.
 *
 * <p>Keys are made on the spot, as bytes for the store and as a number for the map: a table of
 * names would cost every system two more misses that are not its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xmx6g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class LocalGetBench {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] PREFIX = "/bench/".getBytes(StandardCharsets.UTF_8);
    private static final int DIGITS = 5;
    private static final int KEY_BYTES = 7 + DIGITS;

    /** Bytes of a value, and how many of them: far more than the caches hold. */
    @Param({"64x4000000", "1024x1000000"})
    public String data = "";

    private int size;
    private int keys;
    private ShardStore store = new ShardStore(1, pool(), new Log(), (_, _, _) -> {});
    private final ConcurrentHashMap<Long, byte[]> map = new ConcurrentHashMap<>();
    private MemorySegment values = MemorySegment.NULL;

    /** What a reading thread has of its own. */
    @State(Scope.Thread)
    public static class Local {
        private final byte[] key = new byte[KEY_BYTES];
        private long state = ThreadLocalRandom.current().nextLong();
        private @Nullable ShardReader reader;

        /** A cursor on the filled store. */
        @Setup
        public void open(LocalGetBench all) {
            System.arraycopy(PREFIX, 0, key, 0, PREFIX.length);
            reader = all.store.reader();
        }

        private int next(int keys) {
            state = state * 0x5851_F42D_4C95_7F2DL + 0x1405_7B7E_F767_814FL;
            return (int) Math.unsignedMultiplyHigh(state, keys);
        }
    }

    private static PoolSpec pool() {
        return new PoolSpec("bench", StoreKind.VOLATILE, 1, 1, "", Retention.ALL, "any");
    }

    private static void digits(byte[] key, int number) {
        for (int i = 0; i < DIGITS; i++) {
            key[PREFIX.length + i] = (byte) ('0' + (number >>> (6 * i) & 63));
        }
    }

    /** Fills all three with the same, the keys in another order than they are read. */
    @Setup
    public void fill() {
        size = Integer.parseInt(data.substring(0, data.indexOf('x')));
        keys = Integer.parseInt(data.substring(data.indexOf('x') + 1));
        store = new ShardStore(1, pool(), new Log(), (_, _, _) -> {});
        values = Region.allocateHuge((long) keys * size);
        byte[] key = Arrays.copyOf(PREFIX, KEY_BYTES);
        for (int i = 0; i < keys; i++) {
            digits(key, i);
            long at = (long) i * size;
            values.set(LONG, at + size / 2, SplitMix.mix(i));
            var value = values.asSlice(at, size);
            map.put((long) i, value.toArray(ValueLayout.JAVA_BYTE));
            store.apply(Records.put(new String(key, StandardCharsets.UTF_8), value), 0, i + 1L);
        }
    }

    private long squall(Local own, int number) {
        digits(own.key, number);
        var reader = Objects.requireNonNull(own.reader);
        if (!reader.newest(own.key, KEY_BYTES)) {
            throw new IllegalStateException("a key is missing");
        }
        return reader.memory().get(LONG, reader.payloadAt() + size / 2);
    }

    private long concurrentHashMap(int number) {
        var value = map.get((long) number);
        if (value == null) {
            throw new IllegalStateException("a key is missing");
        }
        return (long) WORDS.get(value, size / 2);
    }

    private long bareMemory(int number) {
        return values.get(LONG, (long) number * size + size / 2);
    }

    /** A get. */
    @Benchmark
    public long squall(Local own) {
        return own.state += squall(own, own.next(keys));
    }

    /** The JDK's map. */
    @Benchmark
    public long concurrentHashMap(Local own) {
        return own.state += concurrentHashMap(own.next(keys));
    }

    /** No index: what the memory itself costs. */
    @Benchmark
    public long bareMemory(Local own) {
        return own.state += bareMemory(own.next(keys));
    }

    /** A get that does not wait for the one before. */
    @Benchmark
    public long independentSquall(Local own) {
        return squall(own, own.next(keys));
    }

    /** The JDK's map, the same. */
    @Benchmark
    public long independentConcurrentHashMap(Local own) {
        return concurrentHashMap(own.next(keys));
    }

    /** No index, the same. */
    @Benchmark
    public long independentBareMemory(Local own) {
        return bareMemory(own.next(keys));
    }
}
