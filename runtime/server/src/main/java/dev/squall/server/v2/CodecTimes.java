package dev.squall.server.v2;

import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Time spent on requests and answers of each model, beside the model's own. Any thread. */
@Singleton
final class CodecTimes {

    /** Nanoseconds, and how often. */
    record Spent(long count, long inputNanos, long outputNanos) {}

    private static final class Sums {
        final LongAdder count = new LongAdder();
        final LongAdder input = new LongAdder();
        final LongAdder output = new LongAdder();
    }

    private final ConcurrentHashMap<String, Sums> models = new ConcurrentHashMap<>();

    /** The models that were asked; their names come from the catalog, so there are few. */
    void add(String model, long inputNanos, long outputNanos) {
        var sums = models.computeIfAbsent(model, _ -> new Sums());
        sums.count.increment();
        sums.input.add(inputNanos);
        sums.output.add(outputNanos);
    }

    Spent of(String model) {
        var sums = models.get(model);
        return sums == null
                ? new Spent(0, 0, 0)
                : new Spent(sums.count.sum(), sums.input.sum(), sums.output.sum());
    }
}
