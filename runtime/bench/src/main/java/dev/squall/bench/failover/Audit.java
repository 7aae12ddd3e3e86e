package dev.squall.bench.failover;

import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.NodeClient.Version;
import dev.squall.bench.node.ServerNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the lanes' keys back: every acknowledged put must be there under its version, and the
 * numbers of a lane must grow along its key's history, for it has one put under way at a time; one
 * that does not grow was applied twice. Looks only at what came since the look before. Used by one
 * thread.
 */
final class Audit {

    private static final int WORDS_MAX = 10;

    private final NodeClient http;
    private final Map<String, Version> last = new HashMap<>();

    /** What was found before its acknowledgement was heard of, by key and producer. */
    private final Map<String, Map<String, Version>> unclaimed = new HashMap<>();

    private final List<String> wrong = new ArrayList<>();
    private long acknowledged;
    private long lost;
    private long twice;

    Audit(NodeClient http) {
        this.http = http;
    }

    long acknowledged() {
        return acknowledged;
    }

    long lost() {
        return lost;
    }

    long twice() {
        return twice;
    }

    /** The first findings, in words. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Looks at a key on a node, after these puts of it were acknowledged. */
    void look(ServerNode node, String key, List<Ack> acks) throws InterruptedException {
        var before = last.get(key);
        var history = http.history(node, key, before == null ? 0 : before.version() + 1);
        acknowledged += acks.size();
        look(key, acks, history);
    }

    void look(String key, List<Ack> acks, List<Version> history) {
        var found = unclaimed.computeIfAbsent(key, _ -> new HashMap<>());
        for (var version : history) {
            var before = last.put(key, version);
            if (before != null && number(version) <= number(before)) {
                twice++;
                tell("%s holds %s after %s".formatted(key, version, before));
            }
            found.put(version.producer(), version);
        }
        for (var ack : acks) {
            var version = found.remove(ack.producer());
            if (version == null || version.version() != ack.version()) {
                lost++;
                tell("%s: %s is there as %s".formatted(key, ack, version));
            }
        }
    }

    /** A number that grows with a lane's life and sequence. */
    private static double number(Version version) {
        var parts = version.producer().split("/", -1);
        return parts.length < 3 ? 0 : Long.parseLong(parts[1]) * 1e12 + Long.parseLong(parts[2]);
    }

    private void tell(String what) {
        if (wrong.size() < WORDS_MAX) {
            wrong.add(what);
        }
    }
}
