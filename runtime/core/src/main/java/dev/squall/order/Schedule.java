package dev.squall.order;

/**
 * Who hands which block of a large record to whom, and when: pure functions of the number of
 * members, the number of blocks and the step. Members stand in a line, the sender at place 0. In a
 * step each of them sends at most one block, which it has had since an earlier step, and receives
 * at most one.
 *
 * <p>If the sender sent every block to everybody ({@link #SEQUENTIAL}), its way out would carry
 * everything n - 1 times, while the others' ways out stay idle. So whoever has a block hands it on:
 *
 * <pre>
 *   steps          n members, B blocks, L = floor(log2 n)       leaves the sender
 *   SEQUENTIAL     B (n - 1)                                     n - 1 times
 *   CHAIN          B + n - 2       0 ─► 1 ─► 2 ─► 3              once
 *   BINOMIAL       B + L - 1, or B + L                           about once
 * </pre>
 *
 * <p><b>The binomial pipeline</b> is that of RDMC (Behrens, Jha, Birman, Tremel: <i>RDMC: A
 * Reliable RDMA Multicast for Large Objects</i>, DSN 2018), after Ganesan and Seshadri (<i>On
 * Cooperative Content Distribution and the Price of Barter</i>, ICDCS 2005). 2^L members are the
 * corners of a cube with L dimensions; in step t all talk along dimension t mod L. The sender gives
 * away a new block in each step, the others what their partner lacks: after L steps each corner has
 * another block, and from then on every way carries something in every step.
 *
 * <p>When n is no power of two, the members that are left over are <b>twins</b>: two of them share
 * a corner. One of the two receives what comes to the corner, the other sends what leaves it, and
 * each step the one who receives hands its twin a block; how often they change roles follows from
 * how many of the corner's dimensions have had their turn. One more step completes both.
 */
public enum Schedule {
    /** The sender sends everything to each. */
    SEQUENTIAL {
        @Override
        public int steps(int members, int blocks) {
            return blocks * (members - 1);
        }

        @Override
        public void step(int members, int blocks, int step, Sink sink) {
            sink.transfer(0, 1 + step / blocks, step % blocks);
        }
    },
    /** Each hands on to the next. */
    CHAIN {
        @Override
        public int steps(int members, int blocks) {
            return blocks + members - 2;
        }

        @Override
        public void step(int members, int blocks, int step, Sink sink) {
            for (int from = 0; from < members - 1; from++) {
                int block = step - from;
                if (block >= 0 && block < blocks) {
                    sink.transfer(from, from + 1, block);
                }
            }
        }
    },
    /** The corners of a cube, all at once. */
    BINOMIAL {
        @Override
        public int steps(int members, int blocks) {
            return new Cube(members, blocks).steps();
        }

        @Override
        public void step(int members, int blocks, int step, Sink sink) {
            new Cube(members, blocks).step(step, sink);
        }
    };

    /** Told of each transfer of a step. */
    public interface Sink {

        /** One member hands another one a block. */
        void transfer(int from, int to, int block);
    }

    /** How many steps it takes until everybody has everything. */
    public abstract int steps(int members, int blocks);

    /**
     * What happens in a step.
     *
     * @param members how many, the sender included; at least two
     * @param blocks how many
     * @param step from 0
     */
    public abstract void step(int members, int blocks, int step, Sink sink);

    /** The one with the fewest steps; of equal ones the simplest. */
    public static Schedule of(int members, int blocks) {
        var best = SEQUENTIAL;
        for (var schedule : values()) {
            if (schedule.steps(members, blocks) < best.steps(members, blocks)) {
                best = schedule;
            }
        }
        return best;
    }
}
