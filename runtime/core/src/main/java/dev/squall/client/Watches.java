package dev.squall.client;

import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The client's watches, and at which members their shards are read. Client's thread. */
final class Watches {

    private static final System.Logger LOG = System.getLogger(Watches.class.getName());

    private final Loop loop;
    private final Routing routing;
    private final Ways ways;
    private final List<Watching> all = new ArrayList<>();
    private final Map<Long, Reading> reading = new HashMap<>();
    private boolean wantMore;

    private record Reading(Watching watching, Watching.Part part) {}

    Watches(Loop loop, Routing routing, Ways ways) {
        this.loop = loop;
        this.routing = routing;
        this.ways = ways;
    }

    boolean any() {
        return !all.isEmpty();
    }

    /** Whether a shard is read nowhere at present. */
    boolean wantMore() {
        return wantMore;
    }

    void begin(Watching watching) {
        all.add(watching);
    }

    void end(Watching watching) {
        if (all.remove(watching)) {
            for (var part : watching.parts()) {
                var way = part.way;
                if (way != null) {
                    reading.remove(part.id);
                    loop.tell(way, part.id, new Request.Unwatch());
                }
            }
        }
    }

    /** Has every shard read somewhere. */
    void turn(long now) {
        wantMore = false;
        for (var watching : all) {
            var places = routing.shards(watching.pool);
            if (places.isEmpty()) {
                loop.ask(watching.pool, now);
            }
            for (var part : watching.parts(places, now)) {
                if (part.way == null) {
                    wantMore |= !begin(watching, part, places, now);
                }
            }
            wantMore |= places.isEmpty();
        }
    }

    private boolean begin(
            Watching watching, Watching.Part part, List<Answer.Routed.Place> places, long now) {
        var members = members(part, places);
        var way = now - part.notBefore < 0 ? null : ways.open(members, part.tries);
        if (way == null) {
            ways.want(members);
            return false;
        }
        part.way = way;
        part.id = loop.control();
        reading.put(part.id, new Reading(watching, part));
        loop.tell(way, part.id, watching.request(part));
        return true;
    }

    private static List<Integer> members(Watching.Part part, List<Answer.Routed.Place> places) {
        return places.stream()
                .filter(p -> p.shard() == part.shard)
                .findFirst()
                .map(Answer.Routed.Place::members)
                .orElse(part.elsewhere);
    }

    /** What a member says to a watch. */
    void answer(Way way, long id, Answer answer) {
        var at = reading.get(id);
        if (at == null || at.part.way != way) {
            return; // it has ended
        }
        try {
            switch (answer) {
                case Answer.Event event -> give(way, id, at.watching.event(at.part, event));
                case Answer.Trimmed trimmed -> give(way, id, at.watching.trimmed(at.part, trimmed));
                case Answer.Passed passed -> at.watching.passed(passed);
                case Answer.Elsewhere(var members) -> {
                    at.part.elsewhere = members;
                    again(at);
                }
                case Answer.Failed _ -> again(at);
                default -> loop.lose(way, "an answer that no watch has asked for: " + answer);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a watcher failed, and its watch ends", e);
            end(at.watching);
        }
    }

    private void give(Way way, long id, long credit) {
        if (credit > 0) {
            loop.tell(way, id, new Request.Credit(credit));
        }
    }

    private void again(Reading at) {
        reading.remove(at.part.id);
        at.part.way = null;
        at.part.tries++;
        at.part.notBefore = loop.now() + Tries.PAUSE_NANOS_MAX;
        routing.forget(at.watching.pool);
    }

    void lost(Way way) {
        for (var at : List.copyOf(reading.values())) {
            if (at.part.way == way) {
                again(at);
                at.part.notBefore = loop.now();
            }
        }
    }

    /** Nobody says where a pool lies; if there is none, its watches are over. */
    void noRoute(String pool, Failure why) {
        if (why.kind() != Failure.Kind.NOT_FOUND && why.kind() != Failure.Kind.INVALID) {
            return;
        }
        for (var watching : List.copyOf(all)) {
            if (watching.pool.equals(pool)) {
                end(watching);
                watching.watcher.ended(why);
            }
        }
    }

    void close() {
        for (var watching : List.copyOf(all)) {
            watching.watcher.ended(new Failure(Failure.Kind.UNAVAILABLE, "the client was closed"));
        }
        all.clear();
        reading.clear();
    }
}
