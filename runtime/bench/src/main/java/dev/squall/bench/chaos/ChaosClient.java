package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Kind;
import dev.squall.bench.chaos.Operation.Outcome;
import dev.squall.bench.node.Answer;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerNode;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One client: draws an operation, makes it, writes down what it was told, and waits a little. It
 * has one operation under way at a time. A write that was refused, or whose outcome is unknown, is
 * made again at any node under the same producer triple until it is answered or {@link
 * #PATIENCE_NANOS} are over. Runs on a thread of its own; only {@link #stop} may be called by
 * others.
 */
final class ChaosClient implements Runnable {

    /** How long a write is made again: 4 s. */
    static final long PATIENCE_NANOS = 4_000_000_000L;

    /** Before an attempt is made again: up to 60 ms. */
    private static final int RETRY_MILLIS_MAX = 60;

    /** Between two operations: up to 12 ms. */
    private static final int THINK_MILLIS_MAX = 12;

    /** How far in the past a time is that is read at: up to 400 ms. */
    private static final int PAST_MICROS_MAX = 400_000;

    /** Keys of one read at a time. */
    private static final int CUT_KEYS = 4;

    private final int id;
    private final Random random;
    private final NodeClient http;
    private final List<ServerNode> nodes;
    private final List<String> keys;
    private final Recording recording;
    private final Map<String, Long> versions = new HashMap<>();
    private long sequence;
    private volatile boolean stopping;

    ChaosClient(
            int id,
            Random random,
            NodeClient http,
            List<ServerNode> nodes,
            List<String> keys,
            Recording recording) {
        this.id = id;
        this.random = random;
        this.http = http;
        this.nodes = nodes;
        this.keys = keys;
        this.recording = recording;
    }

    /** Ends after the operation under way. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                next();
                Thread.sleep(random.nextInt(THINK_MILLIS_MAX));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            recording.strange("client %d failed: %s".formatted(id, e));
        }
    }

    private void next() throws InterruptedException {
        var key = keys.get(random.nextInt(keys.size()));
        int drawn = random.nextInt(100);
        if (drawn < 38) {
            write(Kind.PUT, key, -1);
        } else if (drawn < 55) {
            write(Kind.CAS, key, versions.getOrDefault(key, 0L));
        } else if (drawn < 60) {
            write(Kind.DELETE, key, -1);
        } else if (drawn < 82) {
            read(Kind.READ, key);
        } else if (drawn < 92) {
            read(Kind.STABLE_READ, key);
        } else {
            cut();
        }
    }

    private ServerNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void write(Kind kind, String key, long expected) throws InterruptedException {
        var stamp = "client%d/1/%d".formatted(id, ++sequence);
        long invoked = System.nanoTime();
        var outcome = Outcome.FAILED;
        long version = 0;
        long timestamp = 0;
        ServerNode node;
        boolean again;
        do {
            node = anyNode();
            var answer = attempt(node, kind, key, expected, stamp);
            again = false;
            switch (answer) {
                case Answer.Stored stored -> {
                    outcome = Outcome.OK;
                    version = stored.version();
                    timestamp = stored.timestamp();
                }
                // An earlier attempt may have been done, or be done yet.
                case Answer.Mismatch _ -> outcome = unless(outcome, Outcome.MISMATCH);
                case Answer.Absent _ -> outcome = unless(outcome, Outcome.ABSENT);
                case Answer.Refused(var why) -> {
                    recording.refused(why);
                    again = true;
                }
                case Answer.Unknown(var why) -> {
                    recording.refused(why);
                    outcome = Outcome.UNKNOWN;
                    again = true;
                }
                case Answer.Strange(var what) -> {
                    recording.strange(what);
                    outcome = Outcome.UNKNOWN;
                }
                case Answer.Found _ -> throw new IllegalStateException("a write found something");
            }
            again &= !stopping && System.nanoTime() - invoked < PATIENCE_NANOS;
            if (again) {
                Thread.sleep(random.nextInt(RETRY_MILLIS_MAX));
            }
        } while (again);
        long completed = outcome == Outcome.UNKNOWN ? Operation.NEVER : System.nanoTime();
        recording.add(
                new Operation(
                        id,
                        kind,
                        key,
                        node.id(),
                        stamp,
                        Math.max(0, expected),
                        invoked,
                        completed,
                        outcome,
                        version,
                        timestamp));
        if (outcome == Outcome.OK) {
            versions.put(key, kind == Kind.DELETE ? 0 : version);
            sometimesRepeat(kind, key, expected, stamp, version);
        }
    }

    private static Outcome unless(Outcome before, Outcome now) {
        return before == Outcome.UNKNOWN ? before : now;
    }

    private Answer attempt(ServerNode node, Kind kind, String key, long expected, String stamp)
            throws InterruptedException {
        return kind == Kind.DELETE
                ? http.delete(node, key, stamp)
                : http.put(node, key, Values.of(stamp), expected, stamp);
    }

    /** One of thirty writes is made once more, as if its answer had been lost. */
    private void sometimesRepeat(Kind kind, String key, long expected, String stamp, long version)
            throws InterruptedException {
        if (random.nextInt(30) != 0) {
            return;
        }
        var node = anyNode();
        switch (attempt(node, kind, key, expected, stamp)) {
            case Answer.Stored(long again, _) when again == version -> {}
            case Answer.Refused(var why) -> recording.refused(why);
            case Answer.Unknown(var why) -> recording.refused(why);
            case Answer other ->
                    recording.strange(
                            "a repeated %s of %s by %s at node %d, first answered version %d: %s"
                                    .formatted(kind, key, stamp, node.id(), version, other));
        }
    }

    private void read(Kind kind, String key) throws InterruptedException {
        var node = anyNode();
        long invoked = System.nanoTime();
        var answer = http.get(node, key, kind == Kind.STABLE_READ ? "?stable=true" : "");
        long completed = System.nanoTime();
        var outcome =
                switch (answer) {
                    case Answer.Found _ -> Outcome.OK;
                    case Answer.Absent _ -> Outcome.ABSENT;
                    default -> Outcome.FAILED;
                };
        var stamp = "";
        long version = 0;
        long timestamp = 0;
        if (answer instanceof Answer.Found found) {
            stamp = Values.stamp(found.text());
            version = found.version();
            timestamp = found.timestamp();
        }
        note(answer);
        if (outcome != Outcome.FAILED) {
            versions.put(key, version);
        }
        recording.add(
                new Operation(
                        id, kind, key, node.id(), stamp, 0, invoked, completed, outcome, version,
                        timestamp));
    }

    private void note(Answer answer) {
        switch (answer) {
            case Answer.Refused(var why) -> recording.refused("read: " + why);
            case Answer.Strange(var what) -> recording.strange(what);
            default -> {}
        }
    }

    /** Several keys at one time, each at any node. */
    private void cut() throws InterruptedException {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Clock.systemUTC().instant());
        long micros = now - random.nextInt(PAST_MICROS_MAX);
        var some = new ArrayList<CutRead>();
        for (int i = 0; i < CUT_KEYS; i++) {
            var read = cut(http, anyNode(), keys.get(random.nextInt(keys.size())), micros);
            some.addAll(read.read());
            note(read.answer());
        }
        some.forEach(recording::add);
    }

    /** What came of a read at a time: one read, or none and the reason. */
    record Cut(List<CutRead> read, Answer answer) {}

    /** Reads a key at a time. */
    static Cut cut(NodeClient http, ServerNode node, String key, long micros)
            throws InterruptedException {
        var answer = http.get(node, key, "?wait=2s&at=" + micros);
        return switch (answer) {
            case Answer.Found(long version, _, var text) ->
                    new Cut(
                            List.of(
                                    new CutRead(
                                            node.id(), key, micros, version, Values.stamp(text))),
                            answer);
            case Answer.Absent _ ->
                    new Cut(List.of(new CutRead(node.id(), key, micros, 0, "")), answer);
            default -> new Cut(List.of(), answer);
        };
    }
}
