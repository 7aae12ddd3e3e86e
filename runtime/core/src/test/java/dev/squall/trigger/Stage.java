package dev.squall.trigger;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.log.Log;
import dev.squall.store.BulkObject;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.store.StoredObject;
import dev.squall.udl.Model;
import dev.squall.udl.Models;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Shards whose puts go to a dispatcher, and its lanes, stepped by the test. What the logic puts is
 * noted instead of stored.
 */
final class Stage implements Effects {

    private static final int SEGMENT_BYTES = 16 << 10;

    /** Something that the logic put. */
    record Seen(String key, long version) {}

    /** A lane whose thread is the test. */
    static final class Stepped implements UdlRuntime.Running {

        final Agent agent;
        private boolean running = true;

        Stepped(Agent agent) {
            this.agent = agent;
        }

        /** One turn. Returns how much work there was. */
        int step() {
            if (!running) {
                return 0;
            }
            int work = agent.doWork();
            if (!running) {
                agent.onClose();
            }
            return work;
        }

        boolean isRunning() {
            return running;
        }

        @Override
        public void close() {
            running = false;
        }
    }

    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final List<Stepped> lanes = new ArrayList<>();
    final UdlRuntime runtime;
    final Dispatcher dispatcher;
    final List<ShardStore> shards = new ArrayList<>();
    private long version;

    Stage(int shardCount, Retention retention) {
        runtime =
                new UdlRuntime(
                        1,
                        Clock.SYSTEM,
                        this,
                        new NoModels(),
                        agent -> {
                            var lane = new Stepped(agent);
                            lanes.add(lane);
                            return lane;
                        },
                        _ -> Jars.zip(Jars.files()));
        dispatcher = new Dispatcher(runtime, (_, _) -> true);
        for (int i = 0; i < shardCount; i++) {
            var pool = new PoolSpec("in", StoreKind.VOLATILE, 1, 1, "", retention, "any");
            shards.add(new ShardStore(i, pool, new Log(SEGMENT_BYTES), dispatcher));
        }
    }

    static Binding binding(UdlDescriptor.Dispatch dispatch, String fails) {
        return binding("/in", dispatch, fails);
    }

    static Binding binding(String prefix, UdlDescriptor.Dispatch dispatch, String fails) {
        return new Binding(
                "test" + prefix,
                "scripted:1",
                "sha",
                "run",
                ScriptedUdl.class.getName(),
                prefix,
                "both",
                dispatch,
                false,
                Map.of(),
                Map.of("fails", fails),
                10_000);
    }

    /** Stores a new version and hands it to the dispatcher. Returns the version. */
    long put(int shard, String key) {
        version++;
        shards.get(shard).apply(Records.put(key, "object " + version), 0, version);
        return version;
    }

    /** Steps all lanes until none has work. */
    void settle() {
        int work = 1;
        while (work > 0) {
            work = 0;
            for (var lane : List.copyOf(lanes)) {
                work += lane.step();
            }
        }
    }

    UdlStats stats() {
        return runtime.stats("scripted:1");
    }

    @Override
    public void label(String key, long version, String label, long deadlineMillis) {
        throw new IllegalStateException("nothing here labels");
    }

    @Override
    public void put(
            String key, MemorySegment bytes, String label, String trace, long deadlineMillis) {
        var text = new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        seen.add(new Seen(key.substring("/seen".length()), Long.parseLong(text)));
    }

    @Override
    public void trigger(String key, MemorySegment bytes, String trace, long deadlineMillis) {
        throw new IllegalStateException("nothing here triggers");
    }

    @Override
    public long read(StoredObject manifest, long from, MemorySegment into) {
        return new BulkObject(shards.getFirst(), manifest).read(from, into);
    }

    @Override
    public ReadResult get(String key) {
        return shards.getFirst().get(key);
    }

    @Override
    public ReadResult getVersion(String key, long of) {
        return shards.getFirst().getVersion(key, of);
    }

    @Override
    public ReadResult getAt(String key, long timestamp) {
        return shards.getFirst().getAt(key, timestamp);
    }

    private static final class NoModels implements Models {

        @Override
        public Model model(String name) {
            throw new IllegalArgumentException("no model " + name);
        }

        @Override
        public List<String> names() {
            return List.of();
        }
    }
}
