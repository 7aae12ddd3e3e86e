package dev.squall.client;

/**
 * Numbers of one producer. A shard remembers the last 64 numbers of each, so no number is given out
 * while one that is so much older may have to be tried again. A client that has more under way has
 * more lanes. Belongs to the {@link Window}, under its lock.
 */
final class Lane {

    /** Numbers that may be under way: what a shard remembers of a producer. */
    static final int WINDOW = 64;

    final int number;
    private long next = 1;
    private long oldest = 1;

    /** Which of the numbers from the oldest on are done. */
    private long done;

    Lane(int number) {
        this.number = number;
    }

    boolean hasRoom() {
        return next - oldest < WINDOW;
    }

    long take() {
        return next++;
    }

    void done(long sequence) {
        done |= 1L << (sequence - oldest);
        int passed = Math.min(Long.numberOfTrailingZeros(~done), (int) (next - oldest));
        oldest += passed;
        done = passed == WINDOW ? 0 : done >>> passed;
    }
}
