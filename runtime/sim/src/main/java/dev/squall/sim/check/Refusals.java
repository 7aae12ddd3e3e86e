package dev.squall.sim.check;

import java.util.HashSet;
import java.util.Set;

/**
 * "A put that was refused has not happened, and will not": whoever is told so may put something
 * else. When nobody can know, the answer has to say that, too. Such a put is known by its key and
 * its bytes, which chance made; one with a number is not looked at, for it may have been asked
 * before.
 */
final class Refusals extends Checker {

    private final Set<String> refused = new HashSet<>();
    private final Set<String> applied = new HashSet<>();

    private static String id(String key, int size, int crc) {
        return "%s %d B %08x".formatted(key, size, crc);
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (!first || !entry.producer().isEmpty() || entry.imported()) {
            return;
        }
        for (var o : entry.objects()) {
            var id = id(o.key(), o.size(), o.crc());
            if (o.size() < AppliesOnce.KNOWN_BYTES_MIN || !applied.add(id)) {
                continue;
            }
            if (refused.contains(id)) {
                throw violated("%s: %s was refused before".formatted(replica, entry));
            }
        }
    }

    @Override
    void refused(Asked asked) {
        if (asked.producer() != null) {
            return;
        }
        for (var change : asked.changes()) {
            var id = id(change.key(), change.size(), change.crc());
            if (change.size() < AppliesOnce.KNOWN_BYTES_MIN) {
                continue;
            }
            if (applied.contains(id)) {
                throw violated("%s was refused, and is in the log".formatted(asked));
            }
            refused.add(id);
        }
    }
}
