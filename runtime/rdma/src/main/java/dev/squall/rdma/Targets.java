package dev.squall.rdma;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a peer, as it has announced it. Belongs to the fabric's thread.
 *
 * <p>A member writes into its peers' regions in the same order turn by turn, so the one that is
 * looked for is most often that behind the one found last.
 */
final class Targets {

    /** A region of the peer. */
    static final class Target {

        final int region;
        final long bytes;
        private final long pieceBytes;
        private final long[] addresses;
        private final int[] keys;
        private int missing;

        private Target(Announcement first) {
            region = first.region();
            bytes = first.bytes();
            pieceBytes = first.pieceBytes();
            missing = Pinned.count(bytes, pieceBytes);
            addresses = new long[missing];
            keys = new int[missing];
        }

        private void add(Announcement piece) {
            addresses[piece.piece()] = piece.address();
            keys[piece.piece()] = piece.key();
            missing--;
        }

        boolean holds(long at, long length) {
            return length >= 0 && at >= 0 && at <= bytes - length;
        }

        /** How many bytes there are from an offset to the end of its piece. */
        long rest(long at) {
            return pieceBytes - at % pieceBytes;
        }

        long address(long at) {
            return addresses[(int) (at / pieceBytes)] + at % pieceBytes;
        }

        int key(long at) {
            return keys[(int) (at / pieceBytes)];
        }
    }

    private Target[] all = {};
    private int last;
    private boolean open;

    /** Whether the peer takes writes. */
    boolean isOpen() {
        return open;
    }

    /** The peer has announced something. */
    void apply(Announcement news) {
        last = 0;
        switch (news.kind()) {
            case Announcement.ADD -> add(news);
            case Announcement.REMOVE -> remove(news.region());
            case Announcement.OPEN -> open = true;
            default ->
                    throw new IllegalStateException(
                            "the peer announces something of kind " + news.kind());
        }
    }

    private void remove(int region) {
        all = Arrays.stream(all).filter(t -> t.region != region).toArray(Target[]::new);
    }

    private void add(Announcement news) {
        if (news.piece() == 0) {
            remove(news.region());
            all = Arrays.copyOf(all, all.length + 1);
            all[all.length - 1] = new Target(news);
        }
        for (var target : all) {
            if (target.region == news.region()) {
                target.add(news);
            }
        }
    }

    /** A region; null = the peer has none of this number. */
    @Nullable Target find(int region) {
        int count = all.length;
        for (int i = 0; i < count; i++) {
            int at = last + i < count ? last + i : last + i - count;
            var target = all[at];
            if (target.region == region && target.missing == 0) {
                last = at + 1 < count ? at + 1 : 0;
                return target;
            }
        }
        return null;
    }
}
