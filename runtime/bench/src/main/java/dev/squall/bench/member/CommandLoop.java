package dev.squall.bench.member;

import dev.squall.node.AckLevel;
import dev.squall.node.Node;
import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.Senders;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Does what the bench asks, one command after the other, and answers each with one message: {@code
 * done}, {@code sample}, {@code count}, or {@code failed}. A load runs on beside it.
 *
 * <pre>
 *   pool name store shards replicas bytes    makes a pool
 *   fill pool size keys                      puts every key once
 *   put pool size keys depth ack direct      begins a {@link PutLoad}
 *   get pool keys depth                      begins a {@link GetLoad}
 *   logic pool replicas                      uploads {@link Clocked} for a pool
 *   clocked pool size keys depth ack           begins puts that start it
 *   trigger pool size keys depth             begins a {@link TriggerLoad}
 *   starts                                   when it was started, since that was last asked
 *   storm pool size keys depth life          begins durable puts that tell each answer
 *   sample                                   what happened since the last sample
 *   stop                                     ends the load
 *   count pool                               versions held and the newest, over all shards
 *   dump pool                                tells every version of every key, then answers
 * </pre>
 */
final class CommandLoop {

    private static final int FILL_DEPTH = 64;
    private static final long POLL_MILLIS = 5;

    private final Node node;
    private final CommandLink link;
    private final Starts starts;
    private final Sampler sampler = new Sampler();
    private @Nullable Load load;

    CommandLoop(Node node, PrintStream out) {
        this.node = node;
        this.starts = new Starts(node.config().id());
        this.link = new CommandLink(out);
    }

    /** Runs until there is no more input: whoever asks has gone. */
    void run(InputStream in) throws IOException {
        link.serve(in, this::carryOut);
    }

    private Message carryOut(Message m) throws Exception {
        switch (m.word()) {
            case "pool" -> pool(m);
            case "fill" -> fill(m);
            case "put" ->
                    begin(
                            PutLoad.start(
                                    node, puts(m), m.integer("depth"), m.integer("direct") == 1));
            case "get" -> begin(GetLoad.start(node, keys(m), m.integer("depth")));
            case "logic" ->
                    node.udls()
                            .upload(ClockedJar.of("/" + m.text("pool"), m.text("replicas")))
                            .join();
            case "clocked" -> begin(PutLoad.start(node, clocked(m), m.integer("depth")));
            case "trigger" ->
                    begin(TriggerLoad.start(node, keys(m), m.integer("size"), m.integer("depth")));
            case "starts" -> {
                return Message.of(
                        "starts",
                        "here",
                        Sampler.encode(starts.here()),
                        "across",
                        Sampler.encode(starts.across()));
            }
            case "storm" -> begin(PutLoad.start(node, storm(m), m.integer("depth")));
            case "stop" -> stop();
            case "dump" -> dump(m.text("pool"));
            case "sample" -> {
                return sampler.sample(load);
            }
            case "count" -> {
                return count(m.text("pool"));
            }
            default -> throw new IllegalArgumentException("no command '" + m.word() + "'");
        }
        return Message.of("done");
    }

    private void pool(Message m) {
        node.createPool(
                        new PoolSpec(
                                m.text("name"),
                                StoreKind.valueOf(m.text("store").toUpperCase(Locale.ROOT)),
                                m.integer("shards"),
                                m.integer("replicas"),
                                "",
                                new Retention(0, m.number("bytes"), 0),
                                "any",
                                new PoolLayout(
                                        1, List.of(), false, Senders.parse(m.text("senders")))))
                .join();
    }

    private static String[] keys(Message m) {
        return RandomPuts.keys(m.text("pool"), m.integer("keys"));
    }

    private static RandomPuts puts(Message m) {
        return new RandomPuts(keys(m), m.integer("size"), AckLevel.parse(m.text("ack")));
    }

    private ClockedPuts clocked(Message m) {
        return new ClockedPuts(
                keys(m), m.integer("size"), AckLevel.parse(m.text("ack")), node.config().id());
    }

    private StampedPuts storm(Message m) {
        return new StampedPuts(
                keys(m), m.integer("size"), m.integer("life"), node.config().id(), link::tell);
    }

    private void fill(Message m) throws InterruptedException {
        var keys = keys(m);
        var puts = new RandomPuts(keys, m.integer("size"), AckLevel.ORDERED).inTurn();
        long wanted = versions(m.text("pool")) + keys.length;
        var filling = PutLoad.start(node, puts, FILL_DEPTH);
        while (versions(m.text("pool")) < wanted) {
            filling.interval();
            Thread.sleep(POLL_MILLIS);
        }
        filling.stop();
    }

    private void begin(Load begun) {
        load = begun;
        sampler.begin();
    }

    private void stop() throws InterruptedException {
        var running = load;
        if (running == null) {
            throw new IllegalStateException("nothing runs");
        }
        running.stop();
        load = null;
    }

    private List<ShardStore> stores(String pool) throws InterruptedException {
        var stores = new ArrayList<ShardStore>();
        for (var route : node.where().shards(pool)) {
            stores.add(store(route.shard()));
        }
        return stores;
    }

    /** A pool is known a moment before its shards are there. */
    private ShardStore store(int shard) throws InterruptedException {
        long end = System.nanoTime() + MemberMain.READY_MILLIS_MAX * 1_000_000;
        var store = node.store(shard);
        while (store.isEmpty()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(
                        "shard %d is not there after %d ms"
                                .formatted(shard, MemberMain.READY_MILLIS_MAX));
            }
            Thread.sleep(POLL_MILLIS);
            store = node.store(shard);
        }
        return store.get();
    }

    private long versions(String pool) throws InterruptedException {
        return stores(pool).stream().mapToLong(ShardStore::puts).sum();
    }

    private Message count(String pool) throws InterruptedException {
        long newest = stores(pool).stream().mapToLong(s -> s.log().lastVersion()).sum();
        return Message.of("count", "versions", versions(pool), "newest", newest);
    }

    private void dump(String pool) throws InterruptedException {
        for (var store : stores(pool)) {
            for (var key : store.keys("/" + pool + "/", "", Long.MAX_VALUE, Integer.MAX_VALUE)) {
                for (var object : store.history(key, 0, Long.MAX_VALUE, Integer.MAX_VALUE)) {
                    link.tell(
                            Message.of(
                                    "record",
                                    "key",
                                    key,
                                    "version",
                                    object.version(),
                                    "timestamp",
                                    object.timestamp(),
                                    "stamp",
                                    Stamp.read(object.bytes()),
                                    "checksum",
                                    Stamp.checksum(object.bytes())));
                }
            }
        }
    }
}
