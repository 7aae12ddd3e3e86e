package dev.squall.sim.check;

import dev.squall.base.Version;
import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replica has recovered. A record that a start has not read may have rotted: then it stands
 * for what it was, if others around it show which one that is. That this has read it, the replica
 * is not told.
 */
final class Reading {

    private final Replica replica;
    private final Log log;
    private final long view;
    private final List<Entry> entries = new ArrayList<>();
    private long rotten = Replica.NOWHERE;
    private long last;

    /**
     * @param view what this view has delivered does not count
     */
    Reading(Replica replica, long view) {
        this.replica = replica;
        this.log = replica.store.log();
        this.view = view;
        this.last = log.before();
    }

    /** All that it has, in order; their places are noted at the replica. */
    List<Entry> entries() {
        long at = log.settle(log.first());
        while (at >= 0) {
            var m = log.memory(at);
            if (m == null) {
                throw new IllegalStateException("a log drops what is read in the same turn");
            }
            boolean whole = whole(m, Log.offset(at));
            if (whole && Version.view(RecordLayout.version(m, Log.offset(at))) == view) {
                return entries;
            }
            if (whole) {
                take(Entry.of(m, Log.offset(at)), at);
            } else if (rotten == Replica.NOWHERE) {
                rotten = at;
            }
            at = log.settle(whole ? Log.after(at, m) : at + RecordLayout.footprint(1));
        }
        return entries;
    }

    /** Within what has rotted only that counts which is known: parts of batches are not. */
    private boolean whole(MemorySegment m, long at) {
        if (!RecordLayout.valid(m, at, m.byteSize() - at)) {
            return false;
        }
        int known = replica.history.indexOf(RecordLayout.version(m, at));
        return rotten == Replica.NOWHERE
                || (known >= 0 && replica.history.get(known).equals(Entry.of(m, at)));
    }

    private void take(Entry entry, long at) {
        if (rotten != Replica.NOWHERE) {
            for (var known : replica.history.entries()) {
                if (known.version() > last && known.version() < entry.version()) {
                    add(known, rotten);
                }
            }
            rotten = Replica.NOWHERE;
        }
        add(entry, at);
        last = entry.version();
    }

    private void add(Entry entry, long at) {
        entries.add(entry);
        replica.locations.put(entry.version(), at);
    }
}
