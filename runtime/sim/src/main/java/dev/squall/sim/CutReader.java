package dev.squall.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads many keys at one time, each at some member of its shard, as a snapshot does: the time is
 * the reader's own, or the newest that all of these members have settled.
 */
final class CutReader {

    /** Keys of a cut. */
    private static final int KEYS_MAX = 6;

    private static final long MICRO = 1000;

    private final World world;
    private final Chance chance;
    private final List<SimNode> nodes;
    private final Ledger ledger;

    CutReader(World world, List<SimNode> nodes, Ledger ledger) {
        this.world = world;
        this.chance = world.chance().split();
        this.nodes = nodes;
        this.ledger = ledger;
    }

    /** Begins a cut over some of these keys. */
    void read(List<String> keys) {
        var places = new ArrayList<Place>();
        var wanted = new TreeSet<String>();
        int count = chance.between(2, KEYS_MAX);
        for (int i = 0; i < count; i++) {
            wanted.add(chance.oneOf(keys));
        }
        for (var key : wanted) {
            var place = Place.of(key, nodes, chance);
            if (place != null) {
                places.add(place);
            }
        }
        if (!places.isEmpty()) {
            begin(places);
        }
    }

    private void begin(List<Place> places) {
        long micros = time(places);
        long wait = chance.between(1L, 600);
        var what = "cut of %d keys at %d".formatted(places.size(), micros);
        for (var place : places) {
            place.at()
                    .later(
                            chance.scaled(MICRO, 500 * MICRO),
                            () -> {
                                var settled =
                                        place.at().core().reads().at(place.key(), micros, wait);
                                ledger.other(
                                        what + ": " + place.key(),
                                        place.at(),
                                        settled,
                                        () -> take(place, micros, what));
                            });
        }
    }

    /** The one time for all: now and then the newest that nobody has to wait for. */
    private long time(List<Place> places) {
        if (chance.with(0.5)) {
            return places.stream()
                    .mapToLong(p -> p.at().core().settledTime(p.shard()))
                    .min()
                    .orElseThrow();
        }
        long back = chance.scaled(0, 200_000);
        return places.getFirst().at().micros() + (chance.with(0.3) ? back : -back);
    }

    private void take(Place place, long micros, String what) {
        var found = world.checkers().read(place.at(), place.key(), micros);
        if (world.trace().on()) {
            var text = "%s: %s is %s".formatted(what, place.key(), found);
            world.trace().say(place.at().node(), "read", text);
        }
    }
}
