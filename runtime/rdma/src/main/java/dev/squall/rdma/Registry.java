package dev.squall.rdma;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The memory that this node has registered. Writes may go out from it as well, without a copy: the
 * rings do. Belongs to the fabric's thread.
 */
final class Registry {

    private final Device device;
    private final Map<Integer, Pinned> regions = new HashMap<>();
    private Pinned[] all = {};
    private int last;

    Registry(Device device) {
        this.device = device;
    }

    /** Registers memory under a number. */
    Pinned add(int region, MemorySegment memory) throws IOException {
        var pinned = device.pin(memory, Pinned.WRITE);
        var before = regions.put(region, pinned);
        if (before != null) {
            before.retire();
        }
        list();
        return pinned;
    }

    /** Ends that; null = there is none of this number. */
    @Nullable Pinned remove(int region) {
        var pinned = regions.remove(region);
        list();
        if (pinned != null) {
            pinned.retire();
        }
        return pinned;
    }

    private void list() {
        all = regions.values().toArray(Pinned[]::new);
        last = 0;
    }

    /** Announces all that is registered. */
    void announce(Consumer<Announcement> to) {
        regions.forEach((region, memory) -> announce(region, memory, to));
    }

    /** Announces a region, piece by piece. */
    static void announce(int region, Pinned memory, Consumer<Announcement> to) {
        for (int piece = 0; piece < memory.count(); piece++) {
            to.accept(Announcement.add(region, memory, piece));
        }
    }

    /** The size of a region; -1 = it is not registered. */
    long bytes(int region) {
        var memory = regions.get(region);
        return memory == null ? -1 : memory.bytes();
    }

    /** The registered memory in which these bytes of the process lie; null = none. */
    @Nullable Pinned find(long address, long length) {
        int count = all.length;
        for (int i = 0; i < count; i++) {
            int at = last + i < count ? last + i : last + i - count;
            if (all[at].holds(address, length)) {
                last = at;
                return all[at];
            }
        }
        return null;
    }

    /** Nothing refers to it any more. */
    void close() {
        regions.values().forEach(Pinned::retire);
        regions.clear();
        list();
    }
}
