package dev.squall.bench.chaos;

import dev.squall.bench.chaos.Operation.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is there one order of all operations on a key that explains every answer, in which whatever ended
 * before something else began also stands before it? The search of Wing and Gong (1993) with Lowe's
 * memory of what was tried (2017): take any operation that may come next, go on; where an operation
 * has ended and cannot be placed, go back.
 *
 * <p>The key is a {@link Register}. An operation whose outcome is unknown never ends: it may be
 * placed anywhere after its call, or nowhere. What certainly did nothing is left out.
 *
 * <p>Writes carry the versions that they were given, and versions grow along the order, so the
 * search rarely goes back far. Each unknown outcome may double it, so whoever knows the end settles
 * them first ({@link Operation#settled}). It gives up after {@link #TRIED_MAX} states and says so.
 */
final class Linearizability {

    /** The most states that are remembered: 300 000, some hundred megabytes at worst. */
    static final int TRIED_MAX = 300_000;

    /** What came out. */
    enum Verdict {
        HOLDS,
        VIOLATED,
        /** Too many orders to try. */
        UNDECIDED
    }

    /** The verdict, and where the search came no further. */
    record Result(Verdict verdict, String why) {}

    /** The begin or the end of an operation, in a list ordered by time. */
    private static final class Event {
        final int index;
        final Operation operation;
        final @Nullable Event end;
        final long at;
        final boolean begins;
        @Nullable Event before;
        @Nullable Event after;

        /** A begin has an end, unless the operation has none; an end has none itself. */
        Event(int index, Operation operation, @Nullable Event end, boolean begins) {
            this.index = index;
            this.operation = operation;
            this.end = end;
            this.at = begins ? operation.invoked() : operation.completed();
            this.begins = begins;
        }

        void unlink() {
            link(before, after);
        }

        void relink() {
            link(before, this);
            link(this, after);
        }
    }

    private record Tried(BitSet placed, Register state) {}

    private record Step(Event event, Register before) {}

    private final Event head;
    private final int required;
    private final BitSet placed = new BitSet();
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
    private final HashSet<Tried> tried = new HashSet<>();
    private int placedRequired;
    private int deepest = -1;
    private String obstacle = "";

    private Linearizability(List<Operation> operations) {
        var events = new ArrayList<Event>();
        int ending = 0;
        for (int i = 0; i < operations.size(); i++) {
            var operation = operations.get(i);
            Event end = null;
            if (operation.completed() != Operation.NEVER) {
                end = new Event(i, operation, null, false);
                events.add(end);
                ending++;
            }
            events.add(new Event(i, operation, end, true));
        }
        // At the same moment begins come first: then the two overlap, which forbids less.
        events.sort(
                Comparator.comparingLong((Event e) -> e.at)
                        .thenComparingInt(e -> e.begins ? 0 : 1));
        required = ending;
        head = new Event(-1, NONE, null, true);
        var last = head;
        for (var event : events) {
            link(last, event);
            last = event;
        }
    }

    private static final Operation NONE =
            new Operation(0, Operation.Kind.READ, "", 0, "", 0, 0, 0, Outcome.UNKNOWN, 0, 0);

    private static void link(@Nullable Event first, @Nullable Event second) {
        if (first != null) {
            first.after = second;
        }
        if (second != null) {
            second.before = first;
        }
    }

    /** Judges the operations of one key, in any order. */
    static Result of(List<Operation> operations) {
        var telling = operations.stream().filter(o -> o.outcome() != Outcome.FAILED).toList();
        return new Linearizability(telling).search();
    }

    private Result search() {
        var state = Register.NEW;
        var event = head.after;
        while (placedRequired < required) {
            var next = event != null && event.begins ? state.after(event.operation) : null;
            if (event != null && next != null && isNew(event, next)) {
                steps.push(new Step(event, state));
                state = next;
                place(event);
                event = head.after;
            } else if (event != null && event.begins) {
                event = event.after;
            } else {
                remember(event, state);
                var back = steps.poll();
                if (back == null) {
                    return new Result(Verdict.VIOLATED, obstacle);
                }
                if (tried.size() > TRIED_MAX) {
                    return new Result(Verdict.UNDECIDED, "gave up after " + TRIED_MAX + " states");
                }
                state = back.before;
                unplace(back.event);
                event = back.event.after;
            }
        }
        return new Result(Verdict.HOLDS, "");
    }

    private boolean isNew(Event event, Register next) {
        placed.set(event.index);
        boolean added = tried.add(new Tried((BitSet) placed.clone(), next));
        placed.clear(event.index);
        return added;
    }

    private void place(Event event) {
        placed.set(event.index);
        event.unlink();
        if (event.end != null) {
            event.end.unlink();
            placedRequired++;
        }
    }

    private void unplace(Event event) {
        placed.clear(event.index);
        if (event.end != null) {
            event.end.relink();
            placedRequired--;
        }
        event.relink();
    }

    /** Keeps what stood in the way where the search came furthest: the best explanation. */
    private void remember(@Nullable Event obstacleEvent, Register state) {
        if (placedRequired > deepest && obstacleEvent != null) {
            deepest = placedRequired;
            obstacle =
                    "after %d of %d operations the key has %s, which does not explain: %s"
                            .formatted(placedRequired, required, state, obstacleEvent.operation);
        }
    }
}
