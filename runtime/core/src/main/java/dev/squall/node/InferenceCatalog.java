package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.device.ModelCatalog;
import dev.squall.device.ModelStats;
import dev.squall.trigger.Dispatcher;
import dev.squall.trigger.UdlDescriptor;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Everything that answers inferences by name: the models that UDLs brought, and entries of UDLs
 * that serve one. An entry gets the single input's one element as its object, and its reply is the
 * raw outputs, one after the other. Any thread.
 */
public final class InferenceCatalog {

    private static final ValueLayout.OfInt LENGTH =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private record Served(String udl, UdlDescriptor.Served by) {}

    private static final class Counts {
        final LongAdder successes = new LongAdder();
        final LongAdder failures = new LongAdder();
        final LongAdder nanos = new LongAdder();
        volatile long lastMillis;
    }

    private final Node node;
    private final ModelCatalog models;
    private final Dispatcher dispatcher;
    private final Clock clock;
    private final ConcurrentHashMap<String, Counts> counts = new ConcurrentHashMap<>();

    InferenceCatalog(Node node, ModelCatalog models, Dispatcher dispatcher, Clock clock) {
        this.node = node;
        this.models = models;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    /** All names, sorted. */
    public List<String> names() {
        var names = new TreeSet<>(models.names());
        for (var versions : node.metadata().udls().values()) {
            versions.lastEntry()
                    .getValue()
                    .descriptor()
                    .serves()
                    .forEach(s -> names.add(s.spec().name()));
        }
        return List.copyOf(names);
    }

    /** What a name takes and gives; empty when nothing answers to it. */
    public Optional<ModelSpec> spec(String name) {
        return served(name).map(s -> s.by().spec()).or(() -> models.spec(name));
    }

    /** Whether it would answer now. */
    public boolean ready(String name) {
        return served(name)
                .map(s -> dispatcher.state(s.udl()).equals("running"))
                .orElseGet(() -> models.spec(name).isPresent());
    }

    public ModelStats stats(String name) {
        if (served(name).isEmpty()) {
            return models.stats(name);
        }
        var c = counts.computeIfAbsent(name, _ -> new Counts());
        return new ModelStats(c.successes.sum(), c.failures.sum(), 0, c.nanos.sum(), c.lastMillis);
    }

    private Optional<Served> served(String name) {
        for (var versions : node.metadata().udls().values()) {
            var newest = versions.lastEntry().getValue().descriptor();
            for (var s : newest.serves()) {
                if (s.spec().name().equals(name)) {
                    return Optional.of(new Served(newest.id(), s));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Runs an inference.
     *
     * @param inputs must stay unchanged until the answer is there
     * @param read makes the answer from the outputs while they are valid
     */
    public <R> CompletableFuture<R> infer(
            String name, List<Tensor> inputs, Function<List<Tensor>, R> read) {
        var served = served(name);
        return served.isPresent()
                ? call(name, served.get(), inputs).thenApply(read)
                : models.infer(name, inputs, read);
    }

    private CompletableFuture<List<Tensor>> call(String name, Served served, List<Tensor> inputs) {
        var spec = served.by().spec();
        var input = inputs.size() == 1 ? inputs.getFirst() : null;
        if (input == null || !spec.inputs().getFirst().accepts(input.type(), input.shape())) {
            return CompletableFuture.failedFuture(
                    new Failure(
                            Failure.Kind.INVALID,
                            "model '%s' takes one input, %s".formatted(name, spec.inputs())));
        }
        long start = clock.nanos();
        return dispatcher
                .call(
                        served.udl(),
                        served.by().entry(),
                        "", // no key: an answer to its caller alone
                        element(input),
                        clock.micros())
                .thenApply(answer -> outputs(spec, answer))
                .whenComplete((_, e) -> count(name, clock.nanos() - start, e == null));
    }

    private void count(String name, long nanos, boolean success) {
        var c = counts.computeIfAbsent(name, _ -> new Counts());
        (success ? c.successes : c.failures).increment();
        c.nanos.add(nanos);
        c.lastMillis = clock.micros() / 1000;
    }

    /** The bytes of the one element: without its length where the type has one. */
    private static MemorySegment element(Tensor input) {
        if (input.type() != DataType.BYTES) {
            return input.bytes();
        }
        int length = input.bytes().get(LENGTH, 0);
        return input.bytes().asSlice(4, length);
    }

    private static List<Tensor> outputs(ModelSpec spec, Optional<byte[]> answer) {
        if (answer.isEmpty()) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "model '" + spec.name() + "' gave no answer to this input");
        }
        var bytes = MemorySegment.ofArray(answer.get());
        var outputs = new ArrayList<Tensor>();
        long at = 0;
        for (TensorSpec output : spec.outputs()) {
            long length = Tensor.elements(output.shape()) * output.type().bytes();
            outputs.add(
                    new Tensor(
                            output.name(),
                            output.type(),
                            output.shape(),
                            bytes.asSlice(at, length)));
            at += length;
        }
        return outputs;
    }
}
