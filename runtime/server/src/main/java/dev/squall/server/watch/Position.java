package dev.squall.server.watch;

import dev.squall.base.Failure;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a watch has come: the newest version seen of each shard. Its text, {@code
 * shard:version,…}, is the id of every event, so that a client that comes back says where it was.
 */
final class Position {

    /** The longest text that is read: 64 Ki characters. */
    static final int CHARS_MAX = 64 << 10;

    private final TreeMap<Integer, Long> versions = new TreeMap<>();

    /** Reads a Last-Event-ID. */
    static Position parse(String text) {
        var position = new Position();
        if (text.length() > CHARS_MAX) {
            throw invalid(text.substring(0, 40) + "…");
        }
        for (var part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            if (colon < 1) {
                throw invalid(text);
            }
            try {
                int shard = Integer.parseInt(part.substring(0, colon));
                long version = Long.parseLong(part.substring(colon + 1));
                if (shard < 0 || version < 0) {
                    throw invalid(text);
                }
                position.versions.put(shard, version);
            } catch (NumberFormatException _) {
                throw invalid(text);
            }
        }
        return position;
    }

    private static Failure invalid(String text) {
        return new Failure(
                Failure.Kind.INVALID,
                "Last-Event-ID '%s' is not shard:version,shard:version".formatted(text));
    }

    boolean knows(int shard) {
        return versions.containsKey(shard);
    }

    /** The newest version seen of a shard; 0 = none. */
    long version(int shard) {
        return versions.getOrDefault(shard, 0L);
    }

    void advance(int shard, long version) {
        versions.put(shard, version);
    }

    /** The whole position. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (Map.Entry<Integer, Long> entry : versions.entrySet()) {
            text.append(text.isEmpty() ? "" : ",");
            text.append(entry.getKey().intValue()).append(':').append(entry.getValue().longValue());
        }
        return text.toString();
    }
}
