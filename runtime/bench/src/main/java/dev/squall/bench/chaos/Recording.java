package dev.squall.bench.chaos;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all clients were told. Grows with the run, some hundred bytes an operation. Any thread
 * writes; the rest is asked once the clients have ended.
 */
final class Recording {

    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Queue<CutRead> cuts = new ConcurrentLinkedQueue<>();
    private final Queue<String> strange = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

    void add(Operation operation) {
        operations.add(operation);
    }

    void add(CutRead read) {
        cuts.add(read);
    }

    /** Forgets everything about the keys under a prefix. */
    void forget(String prefix) {
        operations.removeIf(operation -> operation.key().startsWith(prefix));
        cuts.removeIf(read -> read.key().startsWith(prefix));
    }

    /** Something that must not be, whatever the rest says. */
    void strange(String what) {
        strange.add(what);
    }

    /** An attempt was refused, or its outcome is unknown. */
    void refused(String why) {
        refusals.computeIfAbsent(why, _ -> new LongAdder()).increment();
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    List<CutRead> cuts() {
        return List.copyOf(cuts);
    }

    List<String> strange() {
        return List.copyOf(strange);
    }

    /** How many attempts were refused, by the reason. */
    Map<String, Long> refusals() {
        var counts = new TreeMap<String, Long>();
        refusals.forEach((why, count) -> counts.put(why, count.sum()));
        return counts;
    }
}
