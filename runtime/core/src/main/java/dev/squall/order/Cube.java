package dev.squall.order;

/**
 * The binomial pipeline of {@link Schedule#BINOMIAL} for so many members and blocks. Members below
 * {@code corners} are the corners of a cube; member {@code corners + v - 1} is the twin of corner
 * v. The sender, at corner 0, has none.
 *
 * @param members how many, at least two
 * @param blocks how many
 */
record Cube(int members, int blocks) {

    /** In place of a block: there is none. */
    private static final int NONE = -1;

    private int dimensions() {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(members);
    }

    private int corners() {
        return 1 << dimensions();
    }

    private boolean twins() {
        return members > corners();
    }

    int steps() {
        return blocks + dimensions() - (twins() ? 0 : 1);
    }

    void step(int step, Schedule.Sink sink) {
        boolean last = twins() && step == steps() - 1;
        for (int v = 0; v < corners(); v++) {
            int partner = v ^ (1 << (step % dimensions()));
            if (!last) {
                send(sender(v, step), receiver(partner, step), arriving(partner, step), sink);
            }
            if (hasTwin(v)) {
                share(v, step, last, sink);
            }
        }
        if (last && blocks == 1) {
            single(step, sink);
        }
    }

    /** What goes on between the two members of a corner. */
    private void share(int v, int step, boolean last, Schedule.Sink sink) {
        int receiver = receiver(v, step);
        int sender = sender(v, step);
        if (!(last && blocks == 1)) {
            send(receiver, sender, shared(v, step), sink);
        }
        if (last && blocks > 1) {
            send(sender, receiver, arrivedAt(v, flips(v, step) - 1, step), sink);
        }
    }

    /** The last step of a single block: whoever lacks it gets it from a corner next to its own. */
    private void single(int step, Schedule.Sink sink) {
        for (int v = 0; v < corners(); v++) {
            int from = sender(v, step);
            if (hasTwin(v ^ 1) && from != 1) {
                send(from, receiver(v ^ 1, step), 0, sink);
            }
        }
    }

    private static void send(int from, int to, int block, Schedule.Sink sink) {
        if (block != NONE) {
            sink.transfer(from, to, block);
        }
    }

    private boolean hasTwin(int v) {
        return v > 0 && corners() + v - 1 < members;
    }

    /** How often the members of a corner have changed roles before a step. */
    private int flips(int v, int step) {
        int rounds = step / dimensions();
        int begun = v & ((1 << (step % dimensions())) - 1);
        return rounds * Integer.bitCount(v) + Integer.bitCount(begun);
    }

    /** Who receives what comes to a corner. */
    private int receiver(int v, int step) {
        return hasTwin(v) && flips(v, step) % 2 == 1 ? corners() + v - 1 : v;
    }

    /** Who sends what leaves a corner. */
    private int sender(int v, int step) {
        return hasTwin(v) && flips(v, step) % 2 == 0 ? corners() + v - 1 : v;
    }

    /** The block that comes to a corner in a step. */
    private int arriving(int v, int step) {
        if (v == 0) {
            return NONE;
        }
        int d = dimensions();
        int shift = step % d;
        int turned = (v >> shift | v << (d - shift)) & (corners() - 1);
        if ((turned & 1) == 0) {
            return Math.max(step - d, NONE);
        }
        int others = turned >> 1;
        int next = others == 0 ? d : 1 + Integer.numberOfTrailingZeros(others);
        int block = step + next - d;
        return block < 0 ? NONE : Math.min(block, blocks - 1);
    }

    /** The block that the receiver at a corner hands its twin. */
    private int shared(int v, int step) {
        int now = flips(v, step);
        if (now == 0) {
            return NONE;
        }
        if (now == flips(v, step - 1)) {
            return arriving(v, step - 1);
        }
        return now <= 1 ? NONE : arrivedAt(v, now - 2, step);
    }

    /** What came to a corner in the last step before this one in which it had flipped so often. */
    private int arrivedAt(int v, int flips, int step) {
        for (int s = step - 1; s >= 0; s--) {
            if (flips(v, s) == flips) {
                return arriving(v, s);
            }
        }
        return NONE;
    }
}
