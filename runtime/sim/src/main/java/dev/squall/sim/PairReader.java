package dev.squall.sim;

import java.util.List;

/**
 * Reads the newest version of two keys of two shards, one after the other, each at some member of
 * its shard, as two requests do: whoever finds a batch at the first must find it at the second. Of
 * two members of one shard, the second may be behind.
 */
final class PairReader {

    /** A read waits so long for a batch that holds its key. */
    private static final long WAIT_MILLIS = 1_000;

    private static final long MICRO = 1000;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Ledger ledger;

    PairReader(World world, List<SimNode> nodes, Ledger ledger) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
    }

    /** Reads two of these keys. */
    void read(List<String> keys) {
        var first = Place.of(chance.oneOf(keys), nodes, chance);
        if (first != null) {
            newest(
                    first,
                    () -> {
                        var ticket = world.checkers().newest(first.at(), first.key());
                        if (!ticket.isEmpty()) {
                            readAfter(ticket, first.shard(), chance.oneOf(keys));
                        }
                    });
        }
    }

    private void readAfter(String ticket, int shard, String key) {
        var second = Place.of(key, nodes, chance);
        if (second != null && second.shard() != shard) {
            newest(second, () -> world.checkers().newestAfter(ticket, second.at(), second.key()));
        }
    }

    private void newest(Place place, Runnable then) {
        place.at()
                .later(
                        chance.scaled(MICRO, 500 * MICRO),
                        () ->
                                ledger.other(
                                        "newest " + place.key(),
                                        place.at(),
                                        place.at()
                                                .core()
                                                .awaitDecided(
                                                        place.shard(), place.key(), WAIT_MILLIS),
                                        then));
    }
}
