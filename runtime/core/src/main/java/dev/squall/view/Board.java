package dev.squall.view;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the nodes say who they are and what they know of views, members or not: for each peer that
 * is connected, memory here into which that peer writes its {@link Row} and its heartbeat, by
 * one-sided writes as everything else.
 *
 * <pre>
 *   0   beat    i64   grows every {@link #BEAT_NANOS} while the peer lives
 *   8   number  i64   of the row, grows
 *   16  length  i32   of the row's bytes
 *   20  crc32c  i32   of the row's bytes
 *   24  the row
 * </pre>
 *
 * <p>The row is written before its header. One that is being replaced while it is read does not
 * match its checksum, and is read again later; the last one always stays whole.
 *
 * <p>Belongs to the group agent, but for {@link #incarnation}, which any thread may ask. Time comes
 * from the caller.
 */
public final class Board {

    /** The longest row, in bytes: 4096 shards on three members each fit twice over. */
    public static final int ROW_BYTES_MAX = 1 << 20;

    /** Between two beats: 50 ms. */
    public static final long BEAT_NANOS = 50_000_000;

    private static final System.Logger LOG = System.getLogger(Board.class.getName());

    private static final int HEADER_BYTES = 24;
    private static final int BEAT_AT = 0;
    private static final int NUMBER_AT = 8;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CELL = LONG.varHandle();

    /** What is known of a connected peer. */
    private static final class Peer {
        final int node;
        final long incarnation;
        final MemorySegment memory;
        long beat;
        long beatNanos;
        long number;
        long pushed;
        @Nullable Row row;

        Peer(int node, long incarnation, MemorySegment memory, long now) {
            this.memory = memory;
            this.node = node;
            this.incarnation = incarnation;
            this.beatNanos = now;
        }
    }

    private final int self;

    /** Sorted by node id; replaced as a whole, so that others may look. */
    private volatile Peer[] peers = new Peer[0];

    private MemorySegment mine = Region.allocate(HEADER_BYTES);
    private @Nullable Row row;
    private long number;
    private long beat;
    private long nextBeat;
    private long lastStep;

    /**
     * A board without peers.
     *
     * @param self this node's id
     */
    public Board(int self) {
        this.self = self;
    }

    /** The number under which every node registers the memory that a peer writes into. */
    private static int region(int writer) {
        return -writer;
    }

    /** A way to a peer is open: it may write here from now on. */
    public void connected(Fabric fabric, int peer, long incarnation, long now) {
        var memory = fabric.allocate(HEADER_BYTES + ROW_BYTES_MAX);
        var fresh = new Peer(peer, incarnation, memory, now);
        var others = Arrays.stream(peers).filter(p -> p.node != peer);
        peers =
                Stream.concat(others, Stream.of(fresh))
                        .sorted(Comparator.comparingInt(p -> p.node))
                        .toArray(Peer[]::new);
        fabric.register(region(peer), fresh.memory);
    }

    /** The way to a peer is closed. */
    public void lost(Fabric fabric, int peer) {
        if (find(peer) != null) {
            peers = Arrays.stream(peers).filter(p -> p.node != peer).toArray(Peer[]::new);
            fabric.unregister(region(peer));
        }
    }

    private @Nullable Peer find(int node) {
        for (var peer : peers) {
            if (peer.node == node) {
                return peer;
            }
        }
        return null;
    }

    /** Who is connected, in the order of ids. */
    public List<Integer> peers() {
        return Arrays.stream(peers).map(p -> p.node).toList();
    }

    /** The life in which a peer is connected; 0 = it is not. Any thread. */
    public long incarnation(int node) {
        var peer = find(node);
        return peer == null ? 0 : peer.incarnation;
    }

    /** What a connected peer said last, or null. */
    @Nullable Row row(int node) {
        var peer = find(node);
        return peer == null ? null : peer.row;
    }

    /** The view whose memory a peer has registered; 0 = none. */
    public long installed(int node) {
        var said = row(node);
        return said == null ? 0 : said.installed();
    }

    /** The newest view that a connected peer knows of; -1 = unknown. */
    public long knows(int node) {
        var said = row(node);
        return said == null ? -1 : said.vote().view().id();
    }

    /** How long a connected peer has been silent, in nanoseconds. */
    public long silentNanos(int node, long now) {
        var peer = find(node);
        return peer == null ? Long.MAX_VALUE : now - peer.beatNanos;
    }

    /**
     * Looks at what the peers have written.
     *
     * @param patienceNanos a node that itself has slept for so long does not call others silent
     * @return whether there is something new to decide upon
     */
    public boolean read(long now, long patienceNanos) {
        boolean slept = now - lastStep > patienceNanos;
        lastStep = now;
        boolean news = false;
        for (var peer : peers) {
            long latest = (long) CELL.getAcquire(peer.memory, BEAT_AT);
            if (latest != peer.beat || slept) {
                peer.beat = latest;
                peer.beatNanos = now;
            }
            news |= read(peer);
        }
        return news;
    }

    private static boolean read(Peer peer) {
        long latest = (long) CELL.getAcquire(peer.memory, NUMBER_AT);
        if (latest == peer.number) {
            return false;
        }
        int length = peer.memory.get(INT, 16);
        if (length <= 0 || length > ROW_BYTES_MAX) {
            return false;
        }
        var bytes = peer.memory.asSlice(HEADER_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        if (ViewCodec.crc(bytes) != peer.memory.get(INT, 20)) {
            return false; // the next one is on its way already
        }
        peer.number = latest;
        try {
            peer.row = ViewCodec.readRow(bytes);
            return true;
        } catch (IOException e) {
            // Whole, and yet no row: who writes such things is no member of ours.
            LOG.log(System.Logger.Level.WARNING, "passed over a row of node " + peer.node, e);
            return false;
        }
    }

    /** Members of a view that are not heard. */
    Set<Integer> missing(View view) {
        var missing = new TreeSet<Integer>();
        for (var seat : view.seats()) {
            if (seat.node() != self && row(seat.node()) == null) {
                missing.add(seat.node());
            }
        }
        return missing;
    }

    /** Who has said something. */
    List<Seat> seats() {
        var seats = new ArrayList<Seat>();
        for (int node : peers()) {
            var row = row(node);
            if (row != null) {
                seats.add(row.seat());
            }
        }
        return seats;
    }

    /** Says something new. Returns whether it is. */
    boolean say(Row next) {
        if (next.equals(row)) {
            return false;
        }
        row = next;
        var bytes = ViewCodec.write(next);
        Check.that(bytes.length <= ROW_BYTES_MAX, "a row longer than its board", bytes.length);
        number++;
        // Memory of its own: a row that is still leaving must not change.
        var memory = Region.allocate(HEADER_BYTES + bytes.length);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, HEADER_BYTES, bytes.length);
        memory.set(LONG, NUMBER_AT, number);
        memory.set(INT, 16, bytes.length);
        memory.set(INT, 20, ViewCodec.crc(bytes));
        memory.set(LONG, BEAT_AT, beat);
        mine = memory;
        return true;
    }

    /** Pushes the beat when it is time, and the row to whoever has not been sent it. */
    public void push(Fabric fabric, long now) {
        boolean beats = now - nextBeat >= 0;
        if (beats) {
            beat++;
            mine.set(LONG, BEAT_AT, beat);
            nextBeat = now + BEAT_NANOS;
        }
        for (var peer : peers) {
            if (beats) {
                fabric.write(peer.node, region(self), mine, BEAT_AT, BEAT_AT, 8);
            }
            if (peer.pushed != number && pushRow(fabric, peer.node)) {
                peer.pushed = number;
            }
        }
    }

    private boolean pushRow(Fabric fabric, int node) {
        long length = mine.byteSize() - HEADER_BYTES;
        return fabric.write(node, region(self), mine, HEADER_BYTES, HEADER_BYTES, length)
                && fabric.write(
                        node, region(self), mine, NUMBER_AT, NUMBER_AT, HEADER_BYTES - NUMBER_AT);
    }
}
