package dev.squall.store;

import dev.squall.base.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which members of a shard send: take puts, and have a turn in the round robin. Whoever does not
 * send receives, stores and serves reads like the others, and nobody waits for its turn; so fewer
 * senders mean less latency, and all of them the most throughput.
 */
public sealed interface Senders {

    /** Every member sends. */
    Senders ALL = new All();

    /** The shard's leader alone sends. */
    Senders LEADER = new Leader();

    /** Every member. */
    record All() implements Senders {

        @Override
        public String toString() {
            return "all";
        }
    }

    /** The first member that holds the shard. */
    record Leader() implements Senders {

        @Override
        public String toString() {
            return "leader";
        }
    }

    /**
     * These members; the leader while none of them holds the shard.
     *
     * @param ids node ids, sorted
     */
    record Named(List<Integer> ids) implements Senders {

        public Named {
            ids = PoolLayout.ids("senders", ids);
            if (ids.isEmpty()) {
                throw new Failure(
                        Failure.Kind.INVALID, "senders is empty; use all, leader or node ids");
            }
        }

        @Override
        public String toString() {
            return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    /** Reads {@code all}, {@code leader}, or node ids with commas between them. */
    static Senders parse(String text) {
        return switch (text) {
            case "all" -> ALL;
            case "leader" -> LEADER;
            default -> new Named(numbers(text));
        };
    }

    private static List<Integer> numbers(String text) {
        var ids = new ArrayList<Integer>();
        for (var part : text.split(",", -1)) {
            var id = part.strip();
            if (!id.matches("[0-9]{1,6}")) {
                throw new Failure(
                        Failure.Kind.INVALID,
                        "senders is '%s'; allowed are all, leader, or node ids as in 1,2"
                                .formatted(text));
            }
            ids.add(Integer.parseInt(id));
        }
        return ids;
    }
}
