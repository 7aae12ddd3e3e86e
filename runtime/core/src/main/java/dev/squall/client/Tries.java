package dev.squall.client;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of calls that are not simply answered: those whose pool is not known yet, whose
 * member is lost, or who were told to come again or to go elsewhere.
 *
 * <p><b>A try that fails.</b> What a member did not do is tried again, at the next member, after a
 * pause that grows from {@link #PAUSE_NANOS_MIN} to {@link #PAUSE_NANOS_MAX}, until the call's time
 * is over. What it may have done is tried again only under a producer's number.
 *
 * <p>Belongs to the client's own thread.
 */
final class Tries {

    /** Before the second try: 1 ms. */
    static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

    /** Before each try, at most: 100 ms. */
    static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int DOUBLINGS_MAX = 10;

    private final ClientOptions options;
    private final Clock clock;
    private final Window window;
    private final Routing routing;
    private final Loop loop;
    private final Ways ways;
    private final List<Call<?>> parked = new ArrayList<>();

    Tries(
            ClientOptions options,
            Clock clock,
            Window window,
            Routing routing,
            Loop loop,
            Ways ways) {
        this.options = options;
        this.clock = clock;
        this.window = window;
        this.routing = routing;
        this.loop = loop;
        this.ways = ways;
    }

    /** Whether calls wait to be sent. */
    boolean any() {
        return !parked.isEmpty();
    }

    /** Has a call tried again, some time later. */
    void park(Call<?> call, long pauseNanos) {
        call.way = null;
        call.notBefore = clock.nanos() + pauseNanos;
        parked.add(call);
    }

    /** Sends what can be sent. */
    void turn(long now) {
        if (parked.isEmpty()) {
            return;
        }
        var some = List.copyOf(parked);
        parked.clear();
        for (var call : some) {
            if (window.find(call.id) == call && !sent(call, now)) { // else its time is over
                parked.add(call);
                want(call, now);
            }
        }
    }

    private boolean sent(Call<?> call, long now) {
        if (now - call.notBefore < 0) {
            return false;
        }
        var way = ways.open(routing.members(call), call.tries);
        if (way == null) {
            return false;
        }
        if (call.bytes > way.objectBytesMax()) {
            finish(call, tooLarge(call, way));
            return true;
        }
        return loop.send(way, call);
    }

    static Failure tooLarge(Call<?> call, Way way) {
        return new Failure(
                Failure.Kind.TOO_LARGE,
                "%d bytes at once; squall.limits.object-bytes of node %d is %d"
                        .formatted(call.bytes, way.node(), way.objectBytesMax()));
    }

    /** What is missing, so that a call can be sent. */
    private void want(Call<?> call, long now) {
        var members = routing.members(call);
        if (members.isEmpty()) {
            loop.ask(call.pool, now);
        } else {
            ways.want(members);
        }
    }

    /** An answer that settles a call, or has it tried again. */
    void answer(Call<?> call, Answer answer) {
        switch (answer) {
            case Answer.Elsewhere(var members) -> elsewhere(call, members);
            case Answer.Failed failed -> failed(call, Routing.failure(failed));
            case Answer.Stale stale -> finish(call, stale(call, stale));
            default -> {
                if (window.leave(call)) {
                    call.answer(answer);
                }
            }
        }
    }

    private void elsewhere(Call<?> call, List<Integer> members) {
        if (members.isEmpty() || !call.elsewhere.isEmpty()) {
            again(call, new Failure(Failure.Kind.UNAVAILABLE, "its shard is moving"));
        } else {
            call.elsewhere = members;
            routing.forget(call.pool);
            park(call, 0);
            loop.ask(call.pool, clock.nanos());
        }
    }

    private void failed(Call<?> call, Failure failure) {
        switch (failure.kind()) {
            case UNAVAILABLE, OVERLOADED -> again(call, failure);
            case OUTCOME_UNKNOWN -> unknown(call, failure);
            default -> finish(call, failure);
        }
    }

    /** Nothing was done. */
    private void again(Call<?> call, Failure why) {
        long pause = PAUSE_NANOS_MIN << Math.min(call.tries, DOUBLINGS_MAX);
        call.last = why;
        call.tries++;
        call.elsewhere = List.of();
        if (why.kind() != Failure.Kind.OVERLOADED) {
            routing.forget(call.pool);
        }
        park(call, Math.min(PAUSE_NANOS_MAX, pause));
    }

    /** It may have been done: it is tried again if that does no harm. */
    private void unknown(Call<?> call, Failure why) {
        if (!call.change || (call.numbered && routing.remembers(call.pool))) {
            call.maybeDone |= call.change;
            again(call, why);
        } else {
            finish(call, new Failure(Failure.Kind.OUTCOME_UNKNOWN, "" + why.getMessage()));
        }
    }

    private static Failure stale(Call<?> call, Answer.Stale stale) {
        return new Failure(
                call.maybeDone ? Failure.Kind.OUTCOME_UNKNOWN : Failure.Kind.CONFLICT,
                "number %d of this client is too old: the shard has come to %d of %d"
                        .formatted(call.sequence, stale.sequence(), stale.incarnation()));
    }

    /** A call ends with a failure. */
    void finish(Call<?> call, Failure failure) {
        if (window.leave(call)) {
            call.fail(failure);
        }
    }

    /** A way is lost, and so is what was asked there. */
    void lost(Way way, Failure why) {
        for (int i = 0; i < window.slots(); i++) {
            var call = window.at(i);
            if (call != null && call.way == way) {
                unknown(call, why);
            }
        }
    }

    /** Nobody says where a pool lies: if there is none, its calls are over. */
    void noRoute(String pool, Failure why) {
        boolean over = why.kind() == Failure.Kind.NOT_FOUND || why.kind() == Failure.Kind.INVALID;
        for (var call : List.copyOf(parked)) {
            if (call.pool.equals(pool)) {
                call.last = why;
                if (over) {
                    finish(call, why);
                }
            }
        }
    }

    /** Calls whose time is over. */
    void look(long now) {
        Set<Way> slow = new HashSet<>();
        for (int i = 0; i < window.slots(); i++) {
            var call = window.at(i);
            if (call != null && now - call.deadline > 0) {
                var way = call.way;
                if (way != null && call.bytes > 0 && way.isBusy()) {
                    slow.add(way); // its bytes may still lie there, and are the caller's again
                }
                finish(call, call.late(options.timeoutMillis(), loop.trouble()));
            }
        }
        slow.forEach(way -> loop.lose(way, "it takes nothing"));
    }

    /** The client ends. */
    void close() {
        for (int i = 0; i < window.slots(); i++) {
            var call = window.at(i);
            if (call != null) {
                boolean unknown = call.maybeDone || (call.change && call.way != null);
                var kind = unknown ? Failure.Kind.OUTCOME_UNKNOWN : Failure.Kind.UNAVAILABLE;
                finish(call, new Failure(kind, "the client was closed"));
            }
        }
    }
}
