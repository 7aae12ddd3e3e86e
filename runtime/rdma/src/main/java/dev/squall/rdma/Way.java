package dev.squall.rdma;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.RdmaCmId;
import dev.squall.fabric.Fabric;
import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The connected queue pair to one peer, and what goes over it.
 *
 * <p><b>Writes.</b> Up to {@link Queues#INLINE_BYTES} bytes travel inside the request, up to {@link
 * Fabric#INLINE_BYTES_MAX} they are copied into staging memory first; longer ones are read by the
 * device from where they lie. Requests of a queue pair take effect in the order in which they were
 * posted, which is all that {@link Fabric} promises.
 *
 * <p><b>Rings.</b> A one-sided write tells its target nothing. So at the end of a turn the writer
 * posts one more, of 16 bytes, that makes a completion at the peer and thus wakes it when it
 * sleeps. Each takes a receive request of the peer; a writer never has more under way than the peer
 * has posted, for the device would then stop for a long while.
 *
 * <p><b>Announcements</b> of regions go the same way before anything else, see {@link Box}; nothing
 * is written before the peer has announced that it is ready.
 *
 * <p>Belongs to the fabric's thread.
 */
final class Way implements AutoCloseable {

    /** What has become of a write. */
    enum Sent {
        /** It is posted. */
        DONE,
        /** There is no room, or the peer is not ready. */
        LATER,
        /** It would go where nothing may be written. */
        REFUSED
    }

    /** The most that one request carries: 4 MiB; soft-RoCE takes 8, others more. */
    static final long REQUEST_BYTES_MAX = 4 << 20;

    /** What is captured and does not travel inside its request lies here: 512 KiB. */
    private static final long STAGING_BYTES = 512 << 10;

    /** Rings that are kept back for saying how far this node is. */
    private static final int RINGS_RESERVED = 4;

    private final Device device;
    private final Queues queues;
    private final SendLedger ledger;
    private final Box box;
    private final Targets targets = new Targets();
    private final Registry registry;
    private final Pinned staging;
    private final MemorySegment scratch = Region.allocate(Queues.INLINE_BYTES);
    private final MemorySegment words = Region.allocate(Announcement.BYTES);
    private final ArrayDeque<Announcement> announcements = new ArrayDeque<>();
    private long announced;
    private long peerBox;
    private int peerKey;
    private boolean up;
    private boolean posted;
    private long rung;
    private long heard;
    private long ringsTold;
    private long announcementsTold;
    private @Nullable String broken;

    private Way(Device device, Registry registry, Queues queues) throws IOException {
        this.device = device;
        this.registry = registry;
        this.queues = queues;
        this.ledger = new SendLedger(Queues.SENDS, Queues.SIGNAL_EVERY, STAGING_BYTES);
        this.box = new Box(device);
        try {
            this.staging = device.pin(Region.allocate(STAGING_BYTES), Pinned.READ);
        } catch (IOException e) {
            box.close();
            throw e;
        }
    }

    /** Makes the queue pair of a connection that is about to be made. */
    static Way open(Device device, Registry registry, RdmaCmId id) throws IOException {
        var queues = new Queues(device, id);
        try {
            return new Way(device, registry, queues);
        } catch (IOException e) {
            queues.close();
            throw e;
        }
    }

    Box box() {
        return box;
    }

    /** The connection stands, and the peer has said where its box is. */
    void connected(long boxAddress, int boxKey) {
        peerBox = boxAddress;
        peerKey = boxKey;
        up = true;
    }

    boolean isUp() {
        return up;
    }

    /** Whether both sides take writes. */
    boolean isOpen() {
        return targets.isOpen() && announcements.isEmpty();
    }

    /** Why it has to be closed; null = it has not. */
    @Nullable String broken() {
        return broken;
    }

    private void breakOff(String why) {
        if (broken == null) {
            broken = why;
        }
    }

    /** Tells the peer something, before the next write. */
    void announce(Announcement news) {
        announcements.add(news);
        if (up) {
            var _ = tellNews();
        }
    }

    /** Returns whether all is told. */
    private boolean tellNews() {
        if (announcements.isEmpty()) {
            return true;
        }
        try {
            long before = announced;
            while (!announcements.isEmpty()
                    && announced - box.announcementsRead() < Box.ANNOUNCEMENTS_MAX
                    && ledger.hasRoom(2 + Queues.RESERVED)) {
                announcements.remove().write(words, 0);
                word(words, Announcement.BYTES, Box.place(announced++));
            }
            if (announced > before) {
                words.set(ValueLayout.JAVA_LONG, 0, announced);
                word(words, Long.BYTES, Box.COUNT);
                posted = true;
            }
        } catch (IOException e) {
            breakOff(String.valueOf(e.getMessage()));
        }
        return announcements.isEmpty();
    }

    /** Writes a few bytes into the peer's box. */
    private void word(MemorySegment from, int bytes, long at) throws IOException {
        send(from.address(), 0, bytes, peerBox + at, peerKey, IbvSendWR.IBV_SEND_INLINE, null);
    }

    private void send(
            long local,
            int localKey,
            int bytes,
            long remote,
            int remoteKey,
            int flags,
            @Nullable Pinned reads)
            throws IOException {
        boolean signals = ledger.mustSignal() || (reads != null && reads.isRetired());
        queues.write(ledger.next(), local, localKey, bytes, remote, remoteKey, flags, signals);
        ledger.post(signals, reads);
    }

    /** As {@link Fabric#write}. */
    Sent write(int region, MemorySegment source, long from, long to, long length) {
        if (broken != null || !up) {
            return Sent.LATER;
        }
        box.read(targets);
        if (!targets.isOpen() || !tellNews()) {
            return Sent.LATER;
        }
        var target = targets.find(region);
        if (target == null || !target.holds(to, length)) {
            return Sent.REFUSED;
        }
        try {
            boolean done =
                    length <= Fabric.INLINE_BYTES_MAX
                            ? capture(target, source, from, to, (int) length)
                            : refer(target, source, from, to, length);
            posted |= done;
            return done ? Sent.DONE : Sent.LATER;
        } catch (IOException e) {
            breakOff(String.valueOf(e.getMessage()));
            return Sent.LATER;
        }
    }

    private boolean capture(
            Targets.Target target, MemorySegment source, long from, long to, int length)
            throws IOException {
        if (!hasRoom(2)) {
            return false;
        }
        long local;
        int key = 0;
        int flags = 0;
        if (length <= queues.inlineBytes()) {
            MemorySegment.copy(source, from, scratch, 0, length);
            local = scratch.address();
            flags = IbvSendWR.IBV_SEND_INLINE;
        } else {
            long at = ledger.stage(length);
            if (at < 0) {
                return false;
            }
            MemorySegment.copy(source, from, staging.memory(), at, length);
            local = staging.address() + at;
            key = staging.localKey(at);
        }
        int first = (int) Math.min(length, target.rest(to));
        if (first > 0) {
            send(local, key, first, target.address(to), target.key(to), flags, null);
        }
        if (first < length) {
            long at = to + first;
            int rest = length - first;
            send(local + first, key, rest, target.address(at), target.key(at), flags, null);
        }
        return true;
    }

    private boolean refer(
            Targets.Target target, MemorySegment source, long from, long to, long length)
            throws IOException {
        if (!hasRoom(requests(target, to, length))) {
            return false;
        }
        long address = source.address() + from;
        var known = registry.find(address, length);
        var local = known == null ? device.pin(source.asSlice(from, length), Pinned.READ) : known;
        local.use();
        if (known == null) {
            local.retire(); // let go when its last request has completed
        }
        try {
            long at = address - local.address();
            long done = 0;
            while (done < length) {
                long some = Math.min(REQUEST_BYTES_MAX, length - done);
                some = Math.min(some, target.rest(to + done));
                some = Math.min(some, local.pieceBytes() - (at + done) % local.pieceBytes());
                send(
                        address + done,
                        local.localKey(at + done),
                        (int) some,
                        target.address(to + done),
                        target.key(to + done),
                        0,
                        local);
                done += some;
            }
        } finally {
            local.unuse();
        }
        return true;
    }

    /** Whether so many requests can be posted; looks for what has completed if need be. */
    private boolean hasRoom(int requests) throws IOException {
        if (!ledger.hasRoom(requests + Queues.RESERVED)) {
            queues.poll(ledger);
        }
        return ledger.hasRoom(requests + Queues.RESERVED);
    }

    /** The most requests that a write may take: each end of a piece, here or there, cuts one. */
    private static int requests(Targets.Target target, long to, long length) {
        long pieces = 2 * (length / target.rest(0) + 2);
        long most = length / REQUEST_BYTES_MAX + 1 + pieces;
        if (most > Queues.SENDS - Queues.RESERVED) {
            throw new IllegalArgumentException(
                    "a write of %d bytes at %d; the limit is about %d"
                            .formatted(length, to, REQUEST_BYTES_MAX * Queues.SENDS / 2));
        }
        return (int) most;
    }

    /**
     * Takes what has completed.
     *
     * @return how often the peer has rung since this was last asked
     */
    int poll() {
        if (broken != null) {
            return 0;
        }
        try {
            queues.poll(ledger);
            if (up) {
                box.read(targets);
                var _ = tellNews();
            }
            long before = heard;
            heard = queues.rings();
            return (int) (heard - before);
        } catch (IOException e) {
            breakOff(String.valueOf(e.getMessage()));
            return 1;
        }
    }

    /** Lets the next completion ring the device's bell. */
    void arm() {
        if (broken == null) {
            try {
                queues.arm();
            } catch (IOException e) {
                breakOff(String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Tells the peer, at the end of a turn, that something was written.
     *
     * @param drain whether this node waits for what it has posted
     * @return whether there was something to tell
     */
    boolean ring(boolean drain) {
        boolean full =
                queues.ready() - ringsTold >= Queues.RECEIVES / 2
                        || box.applied() - announcementsTold >= Box.ANNOUNCEMENTS_MAX / 2;
        boolean silent = drain && ledger.isSilent();
        if (!up || broken != null || !(posted || full || silent)) {
            return false;
        }
        int most = full ? Queues.RECEIVES : Queues.RECEIVES - RINGS_RESERVED;
        if (rung - box.ringsTaken() >= most || !ledger.hasRoom(1)) {
            return false; // it has not read the last ones: it is awake
        }
        try {
            ringsTold = queues.ready();
            announcementsTold = box.applied();
            words.set(ValueLayout.JAVA_LONG, 0, ringsTold);
            words.set(ValueLayout.JAVA_LONG, 8, announcementsTold);
            boolean signals = silent || ledger.mustSignal();
            queues.ring(ledger.next(), words.address(), peerBox + Box.TAKEN, peerKey, signals);
            ledger.post(signals, null);
            rung++;
            posted = false;
        } catch (IOException e) {
            breakOff(String.valueOf(e.getMessage()));
        }
        return true;
    }

    @Override
    public void close() {
        queues.close();
        ledger.abandon();
        staging.retire();
        box.close();
    }

    @Override
    public String toString() {
        return queues.toString();
    }
}
