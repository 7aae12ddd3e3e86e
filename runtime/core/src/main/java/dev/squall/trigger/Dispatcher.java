package dev.squall.trigger;

import dev.squall.base.Failure;
import dev.squall.base.Rendezvous;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.trigger.UdlDescriptor.Dispatch;
import dev.squall.udl.ObjectView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the bindings of a key and hands the object to their lanes, at the instant it is delivered
 * and on the delivering thread; the lanes do the rest on theirs.
 *
 * <p>Bindings change as a whole list ({@link #bind}); unchanged ones keep their lanes, instances
 * and waiting objects, and those that are gone first handle what waits for them. At most {@link
 * #BINDINGS_MAX}.
 */
public final class Dispatcher implements PutListener {

    /** Bindings of a node. */
    public static final int BINDINGS_MAX = 1024;

    /** Lanes of a binding with {@code per-key} or {@code any-lane}. */
    public static final int LANES = 2;

    /** Whether this node is the one of a shard's members that runs a key's logic. */
    public interface Runner {

        /** Asked on every put that has a binding. */
        boolean runsHere(int shard, String key);
    }

    private record Bound(
            Binding binding,
            List<Lane> lanes,
            List<UdlRuntime.Running> threads,
            AtomicInteger turn) {

        /**
         * The lane of a stored object: a function of key and place, so that it can be found again.
         */
        Lane lane(String key, long location) {
            return lanes.get(laneOf(binding, key, location, lanes.size()));
        }

        /** The lane of a trigger, which has no place. */
        Lane lane(String key) {
            return lane(key, turn.getAndIncrement());
        }
    }

    private final UdlRuntime runtime;
    private final Runner runner;
    private volatile List<Bound> bound = List.of();

    public Dispatcher(UdlRuntime runtime, Runner runner) {
        this.runtime = runtime;
        this.runner = runner;
    }

    private static int laneOf(Binding binding, String key, long location, int lanes) {
        return switch (binding.dispatch()) {
            case ONE_LANE -> 0;
            case PER_KEY -> Rendezvous.choose(Rendezvous.hash(key), lanes);
            // Mixed: objects of one size lie at even distances, and would all meet one lane.
            case ANY_LANE -> Rendezvous.choose(location, lanes);
        };
    }

    /** Whether this node handles a new version for a binding. */
    private boolean concerns(Binding binding, ShardStore store, StoredObject object) {
        return binding.onPut(object.key())
                && !object.deleted()
                && !object.imported()
                && (binding.allReplicas() || runner.runsHere(store.shard(), object.key()));
    }

    /** Makes these the bindings; new ones begin with the next object. */
    public void bind(List<Binding> bindings) {
        if (bindings.size() > BINDINGS_MAX) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "%d bindings; the limit is %d".formatted(bindings.size(), BINDINGS_MAX));
        }
        Map<Binding, Bound> before = new LinkedHashMap<>();
        bound.forEach(b -> before.put(b.binding(), b));
        var now = new ArrayList<Bound>();
        for (var binding : bindings) {
            var kept = before.remove(binding);
            now.add(kept != null ? kept : start(binding));
        }
        bound = List.copyOf(now);
        for (var gone : before.values()) {
            for (int i = 0; i < gone.lanes().size(); i++) {
                gone.lanes().get(i).retire(gone.threads().get(i)::close);
            }
        }
    }

    private Bound start(Binding binding) {
        int count = binding.dispatch() == Dispatch.ONE_LANE ? 1 : LANES;
        var lanes = new ArrayList<Lane>();
        var threads = new ArrayList<UdlRuntime.Running>();
        for (int i = 0; i < count; i++) {
            int index = i;
            Backlog.Wanted wanted =
                    (store, location, object) ->
                            concerns(binding, store, object)
                                    && laneOf(binding, object.key(), location, count) == index;
            var lane = new Lane(binding, i, wanted, runtime);
            lanes.add(lane);
            threads.add(runtime.threads().start(lane));
        }
        return new Bound(binding, lanes, threads, new AtomicInteger());
    }

    @Override
    public void onPut(ShardStore store, long location, StoredObject object) {
        for (var b : bound) {
            if (concerns(b.binding(), store, object)) {
                b.lane(object.key(), location).offer(store, location, object);
            }
        }
    }

    /**
     * Hands bytes that are stored nowhere to the key's bindings.
     *
     * @param put whether they were put into a trigger pool: then bindings on puts run as well
     * @return the first answer, or empty when all have handled it and none answered
     */
    public CompletableFuture<Optional<byte[]>> trigger(
            String key, MemorySegment bytes, long timestamp, String trace, boolean put) {
        ObjectView object = new TriggeredObject(key, bytes.asReadOnly(), timestamp, trace);
        var answers = new ArrayList<CompletableFuture<Optional<byte[]>>>();
        for (var b : bound) {
            if (b.binding().onTrigger(key) || (put && b.binding().onPut(key))) {
                answers.add(b.lane(key).offer(object));
            }
        }
        if (answers.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new Failure(Failure.Kind.NOT_FOUND, "no UDL is bound to triggers of " + key));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ ->
                        answers.stream()
                                .map(CompletableFuture::join)
                                .filter(Optional::isPresent)
                                .findFirst()
                                .orElse(Optional.empty()));
    }

    /**
     * Runs an entry of a UDL on bytes, whatever it is bound to.
     *
     * @return its answer
     */
    public CompletableFuture<Optional<byte[]>> call(
            String udl, String entry, String key, MemorySegment bytes, long timestamp) {
        ObjectView object = new TriggeredObject(key, bytes.asReadOnly(), timestamp, "");
        for (var b : bound) {
            if (b.binding().udl().equals(udl) && b.binding().entry().equals(entry)) {
                return b.lane(key).offer(object);
            }
        }
        return CompletableFuture.failedFuture(
                new Failure(
                        Failure.Kind.UNAVAILABLE,
                        "entry '%s' of %s is bound nowhere on this node".formatted(entry, udl)));
    }

    /**
     * How the lanes of a UDL version are: {@code running}, {@code opening}, {@code failed: why}.
     */
    public String state(String udl) {
        var state = "unbound";
        for (var b : bound) {
            if (b.binding().udl().equals(udl)) {
                for (var lane : b.lanes()) {
                    if (!lane.state().equals("running")) {
                        return lane.state();
                    }
                    state = "running";
                }
            }
        }
        return state;
    }

    /** Stops all lanes. */
    public void close() {
        bound.forEach(b -> b.threads().forEach(UdlRuntime.Running::close));
        bound = List.of();
    }
}
