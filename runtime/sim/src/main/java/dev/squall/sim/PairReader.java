package dev.squall.sim;

import dev.squall.base.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the newest version of two keys, one after the other, each at some member of its shard, as
 * two requests do: whoever finds a batch at the first must find it at the second.
 */
final class PairReader {

    /** A read waits so long for a batch that holds its key. */
    private static final long WAIT_MILLIS = 1_000;

    private static final long MICRO = 1000;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Ledger ledger;

    /** A key and the member that is asked for it. */
    private record Place(String key, int shard, SimNode.Life at) {}

    PairReader(World world, List<SimNode> nodes, Ledger ledger) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
    }

    /** Reads two of these keys. */
    void read(List<String> keys) {
        var first = place(chance.oneOf(keys));
        var second = place(chance.oneOf(keys));
        if (first == null || second == null || first.shard == second.shard) {
            return;
        }
        newest(
                first,
                () -> {
                    var ticket = world.checkers().newest(first.at, first.shard, first.key);
                    if (!ticket.isEmpty()) {
                        newest(
                                second,
                                () ->
                                        world.checkers()
                                                .newestAfter(
                                                        ticket,
                                                        second.at,
                                                        second.shard,
                                                        second.key));
                    }
                });
    }

    private void newest(Place place, Runnable then) {
        place.at.later(
                chance.scaled(MICRO, 500 * MICRO),
                () ->
                        ledger.other(
                                "newest " + place.key,
                                place.at,
                                place.at.core().awaitDecided(place.shard, place.key, WAIT_MILLIS),
                                then));
    }

    /** A member that holds the key, as some node knows it; null when nobody says. */
    private @Nullable Place place(String key) {
        var asked = chance.oneOf(nodes).life();
        if (asked == null) {
            return null;
        }
        try {
            var route = asked.core().route(key);
            var member = nodes.get(chance.oneOf(route.members()).id() - 1).life();
            return member == null ? null : new Place(key, route.shard(), member);
        } catch (Failure _) {
            return null; // no such pool yet, or the node has just started
        }
    }
}
