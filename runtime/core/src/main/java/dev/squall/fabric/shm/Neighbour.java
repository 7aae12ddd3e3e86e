package dev.squall.fabric.shm;

import dev.squall.fabric.Hello;
import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The home of a peer as a writer sees it: a write finds the region's entry, checks the bounds, and
 * stores. Nothing is stored before the peer has opened a slot for this connection, nor after it has
 * closed it; a region's memory is mapped when it is first written into.
 *
 * <p>Belongs to the fabric's thread. A peer that dies leaves memory behind which is written into
 * without harm until its end is noticed.
 */
final class Neighbour {

    /** What has become of a write. */
    enum Sent {
        /** It is there. */
        DONE,
        /** The peer does not take writes now. */
        LATER,
        /** The region lies in memory that cannot be mapped: the peer must be reached otherwise. */
        ELSEWHERE,
        /** It would go where nothing may be written. */
        REFUSED
    }

    /** A region as it was when it was mapped. */
    private record Target(int region, int entry, long number, long bytes, MemorySegment memory) {}

    /** Regions that one looks for in one step; a power of two. */
    private static final int TARGETS_MIN = 64;

    private final Path directory;
    private final HomeFile file;
    private final Bell bell;
    private final int self;
    private final long token;
    private int slot = -1;
    private boolean posted;
    private @Nullable Target[] targets = new Target[TARGETS_MIN];
    private int used;
    private @Nullable Target last;

    private Neighbour(Path directory, HomeFile file, int self, long token) {
        this.directory = directory;
        this.file = file;
        this.bell = new Bell(file);
        this.self = self;
        this.token = token;
    }

    /**
     * Opens a peer's home.
     *
     * @param self this node's id
     * @param token names the connection; not 0
     * @throws IOException when the peer shares nothing that can be opened here; says why
     */
    static Neighbour open(Path root, Hello peer, int self, long token) throws IOException {
        if (peer.shared().isEmpty()) {
            throw new IOException("it shares no memory");
        }
        var directory = Home.directory(root, peer.shared());
        var path = directory.resolve(Home.FILE);
        try (var channel = open(path)) {
            if (channel.size() != HomeFile.BYTES) {
                throw new IOException(path + " has " + channel.size() + " bytes");
            }
            var file = new HomeFile(Region.map(channel, HomeFile.BYTES));
            if (!file.isOf(peer.node(), peer.incarnation())) {
                throw new IOException(path + " belongs to somebody else");
            }
            return new Neighbour(directory, file, self, token);
        } catch (NoSuchFileException _) {
            throw new IOException("it is on another machine, or has another " + root);
        }
    }

    /** Whether a peer's home can be seen from here. */
    static boolean isReachable(Path root, Hello peer) {
        return !peer.shared().isEmpty()
                && Files.isWritable(Home.directory(root, peer.shared()).resolve(Home.FILE));
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether the peer lets this connection write; looks for it as long as it does not. */
    boolean isOpen() {
        if (slot < 0) {
            slot = file.openSlot(self, token);
            if (slot >= 0) {
                file.way(slot, HomeFile.BY_MEMORY);
            }
        }
        return slot >= 0 && file.isOpen(slot, token);
    }

    /** Tells the peer that from now on it hears of this node over its sockets only. */
    void leave() {
        if (slot >= 0) {
            file.way(slot, HomeFile.BY_SOCKETS);
            posted = true;
        }
    }

    Sent write(int region, MemorySegment source, long from, long to, long length) {
        if (!isOpen()) {
            return Sent.LATER;
        }
        var target = last;
        if (target == null || target.region != region || !isCurrent(target)) {
            target = target(region);
            if (target == null) {
                return isElsewhere(region) ? Sent.ELSEWHERE : Sent.REFUSED;
            }
            last = target;
        }
        if (length < 0 || to < 0 || to > target.bytes - length) {
            return Sent.REFUSED;
        }
        VarHandle.releaseFence(); // all that was written before is seen by who sees this
        MemorySegment.copy(source, from, target.memory, to, length);
        posted = true;
        return Sent.DONE;
    }

    private boolean isCurrent(Target target) {
        return file.number(target.entry) == target.number;
    }

    private boolean isElsewhere(int region) {
        return file.find(region) >= 0;
    }

    private @Nullable Target target(int region) {
        int at = place(targets, region);
        var found = targets[at];
        if (found != null && isCurrent(found)) {
            return found;
        }
        var fresh = map(region);
        if (fresh != null) {
            used += found == null ? 1 : 0;
            targets[at] = fresh;
            if (used > targets.length / 2) {
                tidy();
            }
        }
        return fresh;
    }

    /** Where a region is, or would be. */
    private static int place(@Nullable Target[] targets, int region) {
        int mask = targets.length - 1;
        int at = ((region * 0x9e37_79b9) >>> 16) & mask;
        var found = targets[at];
        while (found != null && found.region != region) {
            at = (at + 1) & mask;
            found = targets[at];
        }
        return at;
    }

    /** Forgets regions that are not there any more, and makes room for others. */
    private void tidy() {
        var old = targets;
        int current = 0;
        for (var target : old) {
            current += target != null && isCurrent(target) ? 1 : 0;
        }
        int size = TARGETS_MIN;
        while (size < 4 * current) {
            size *= 2;
        }
        targets = new Target[size];
        used = 0;
        for (var target : old) {
            if (target != null && isCurrent(target)) {
                targets[place(targets, target.region)] = target;
                used++;
            }
        }
    }

    private @Nullable Target map(int region) {
        int entry = file.find(region);
        if (entry < 0) {
            return null;
        }
        long number = file.number(entry);
        long bytes = file.bytes(entry);
        boolean shared = file.shared(entry) && file.region(entry) == region;
        VarHandle.acquireFence();
        if (number == 0 || !shared || file.number(entry) != number) {
            return null;
        }
        try (var channel = open(directory.resolve(String.valueOf(number)))) {
            return channel.size() < bytes
                    ? null
                    : new Target(region, entry, number, bytes, Region.map(channel, bytes));
        } catch (IOException _) {
            return null; // gone, or it cannot be mapped here
        }
    }

    /**
     * Tells the peer, at the end of a turn, of what was written in it.
     *
     * @return whether the peer sleeps at its sockets, and has to be woken there
     */
    boolean ring() {
        posted = false;
        if (slot >= 0) {
            file.post(slot);
        }
        return bell.ring();
    }

    /** Whether something was written since the last {@link #ring}. */
    boolean posted() {
        return posted;
    }

    /** The bytes of a region at the peer; -1 = it is not registered there. */
    long bytes(int region) {
        int entry = file.find(region);
        return entry < 0 ? -1 : file.bytes(entry);
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
