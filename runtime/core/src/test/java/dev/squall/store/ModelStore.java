package dev.squall.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a shard must do, as simply as it can be said: a map of maps, and nothing is ever trimmed.
 */
final class ModelStore {

    /** A version; a null text is a delete. */
    record Entry(long version, long time, String text, boolean deleted) {}

    private record Sent(String producer, long incarnation, long sequence) {}

    private final TreeMap<String, TreeMap<Long, Entry>> keys = new TreeMap<>();
    private final Map<Sent, Outcome> answers = new HashMap<>();
    private final Map<String, long[]> newest = new HashMap<>();
    private long lastTime;

    /** A change that is asked for. */
    record Change(
            String key,
            boolean delete,
            String text,
            long stamp,
            long expected,
            String producer,
            long incarnation,
            long sequence) {}

    Outcome apply(Change c, long version) {
        var sent = new Sent(c.producer(), c.incarnation(), c.sequence());
        if (!c.producer().isEmpty()) {
            var known = known(c, sent);
            if (known.isPresent()) {
                return known.get();
            }
        }
        var now = at(c.key(), Long.MAX_VALUE);
        long there = now.filter(e -> !e.deleted()).map(Entry::version).orElse(0L);
        if (c.expected() != -1 && c.expected() != there) {
            return new Outcome.Mismatch(there);
        }
        if (c.delete() && there == 0) {
            return new Outcome.Absent();
        }
        long time = Math.max(c.stamp(), lastTime);
        time = Math.max(time, now.map(e -> e.time() + 1).orElse(0L));
        lastTime = time;
        keys.computeIfAbsent(c.key(), _ -> new TreeMap<>())
                .put(version, new Entry(version, time, c.text(), c.delete()));
        if (!c.producer().isEmpty()) {
            answers.put(sent, new Outcome.Repeated(version, time));
            var seen = newest.computeIfAbsent(c.producer(), _ -> new long[] {0, -1});
            seen[1] = seen[0] == c.incarnation() ? Math.max(seen[1], c.sequence()) : c.sequence();
            seen[0] = c.incarnation();
        }
        return new Outcome.Stored(version, time);
    }

    private Optional<Outcome> known(Change c, Sent sent) {
        var seen = newest.getOrDefault(c.producer(), new long[] {-1, -1});
        boolean old = c.incarnation() < seen[0];
        boolean late = c.incarnation() == seen[0] && c.sequence() <= seen[1] - ProducerTable.WINDOW;
        return old || late
                ? Optional.of(new Outcome.Stale(seen[0], seen[1]))
                : Optional.ofNullable(answers.get(sent));
    }

    Optional<Entry> at(String key, long version) {
        NavigableMap<Long, Entry> versions = keys.getOrDefault(key, new TreeMap<>());
        return Optional.ofNullable(versions.floorEntry(version)).map(Map.Entry::getValue);
    }

    Optional<Entry> atTime(String key, long time) {
        return all(key).stream().filter(e -> e.time() <= time).reduce((_, later) -> later);
    }

    List<Entry> all(String key) {
        return new ArrayList<>(keys.getOrDefault(key, new TreeMap<>()).values());
    }

    List<String> keysAt(String prefix, long time) {
        return keys.keySet().stream()
                .filter(k -> k.startsWith(prefix))
                .filter(k -> atTime(k, time).filter(e -> !e.deleted()).isPresent())
                .toList();
    }
}
