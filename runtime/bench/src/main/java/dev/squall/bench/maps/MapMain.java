package dev.squall.bench.maps;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.bench.maps.ReadLoad.Form;
import dev.squall.bench.member.SplitMix;
import dev.squall.bench.report.Row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * The process that measures one system: fills it, and prints a row for each form of reading, one
 * JSON document a line.
 *
 * <p>Arguments: system, bytes of a value, keys, versions of each of a thousand of them, threads,
 * seconds, directory.
 */
public final class MapMain {

    /** Of so many keys the past is read. */
    private static final int KEYS_WITH_A_PAST = 1000;

    private static final double WARMUP = 0.5;

    private final MapSystem system;
    private final int size;
    private final int keys;
    private final int versions;
    private final int threads;
    private final double seconds;
    private final LocalMap map;
    private long puts;

    private MapMain(String[] args) {
        system = MapSystem.valueOf(args[0]);
        size = Integer.parseInt(args[1]);
        keys = Integer.parseInt(args[2]);
        versions = Integer.parseInt(args[3]);
        threads = Integer.parseInt(args[4]);
        seconds = Double.parseDouble(args[5]);
        map = system.open(size, keys, Path.of(args[6]));
    }

    /** Runs. */
    public static void main(String[] args) throws Exception {
        var run = new MapMain(args);
        try (var _ = run.map) {
            run.fill();
            run.measure();
        }
    }

    private void fill() throws Exception {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(size, 8);
            for (int key = 0; key < keys; key++) {
                put(key, value);
            }
            for (int version = 1; version < versions; version++) {
                for (int key = 0; key < KEYS_WITH_A_PAST; key++) {
                    put(key, value);
                }
            }
        }
        map.filled();
    }

    private void put(int key, MemorySegment value) throws Exception {
        puts++;
        value.set(LocalMap.WORD, size / 2, SplitMix.mix(puts));
        map.put(key, value);
    }

    private void measure() throws Exception {
        if (versions > 1) {
            row("get newest of 1000 keys", Form.DEPENDENT, KEYS_WITH_A_PAST);
            row("get at a time, %d versions".formatted(versions), Form.AT_TIME, KEYS_WITH_A_PAST);
            return;
        }
        row("get, dependent", Form.DEPENDENT, keys);
        row("get, independent", Form.INDEPENDENT, keys);
        row("get a copy, dependent", Form.COPY, keys);
    }

    private void row(String workload, Form form, int range) throws Exception {
        run(form, range, seconds * WARMUP);
        var results = run(form, range, seconds);
        double rate = 0;
        double bytes = 0;
        var latencies = new Histogram(3);
        for (var r : results) {
            rate += r.reads() / r.seconds();
            bytes += r.bytesPerOp() / results.size();
            latencies.add(r.latencies());
        }
        var label = threads == 1 ? workload : workload + ", " + threads + " threads";
        var row = Row.of(system.label(), label, size, 1, rate, bytes, latencies);
        System.out.println(new JsonMapper().writeValueAsString(row));
    }

    private List<ReadLoad.Result> run(Form form, int range, double time)
            throws InterruptedException, ExecutionException {
        try (var pool = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var running = new ArrayList<Future<ReadLoad.Result>>();
            for (int t = 0; t < threads; t++) {
                running.add(
                        pool.submit(
                                new ReadLoad(map.reader(), form, range, size, keys, puts, time)));
            }
            var results = new ArrayList<ReadLoad.Result>();
            for (var r : running) {
                results.add(r.get());
            }
            return results;
        }
    }
}
