package dev.squall.store;

import dev.squall.base.Key;
import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a shard's log holds by key: the newest version of each in a {@link KeyIndex}, the older ones
 * behind it in a {@link VersionChain}, and the keys in order in a {@link KeyOrder}.
 *
 * <p>A pool may keep only so many versions of a key. What is older is not there for readers, though
 * the log still has it until nothing in its segment is kept; unless it has a label, see {@link
 * Kept}.
 *
 * <p><b>Threads.</b> One writer; any number of readers, without locks.
 */
final class ShardIndex {

    private final Log log;
    private final int keptVersions;
    private final KeyIndex newest;
    private final KeyOrder order = new KeyOrder();
    private final SegmentCounts heads = new SegmentCounts();
    private final Needed needed;
    private final Kept kept;

    /** The key that {@link #newest(MemorySegment, long)} was asked for last. */
    private final byte[] key = new byte[Key.BYTES_MAX];

    private int keyLength;
    private long keyHash;

    /** Records from here on have not come in as a whole: readers see what was before them. */
    private final AtomicLong visible = new AtomicLong();

    /**
     * @param log the records
     * @param retention how many versions of a key are kept, and with which labels all
     */
    ShardIndex(Log log, Retention retention) {
        this.log = log;
        this.keptVersions = retention.versions();
        this.newest = new KeyIndex(log);
        this.needed = new Needed(log, keptVersions);
        this.kept = new Kept(log, retention.keep());
    }

    /** The labelled versions. */
    Kept kept() {
        return kept;
    }

    /** Keys with at least one version. */
    int keyCount() {
        return order.size();
    }

    /** The place of the newest version of a delivered record's key, or 0. The writer only. */
    long newest(MemorySegment m, long at) {
        keyLength = KeyIndex.keyAt(m, at, key);
        keyHash = KeyHash.of(key, keyLength);
        long location = newest.find(key, keyLength, keyHash);
        var there = location == 0 ? null : log.memory(location);
        if (there != null) {
            log.soundness().demand(there, location); // whatever is decided next rests on it
        }
        return location;
    }

    /**
     * Takes a record into the log, as the newest version of its key. The writer only.
     *
     * @param before what {@link #newest} has just said of it
     * @return its place
     */
    long append(MemorySegment m, long at, long before, long version, long timestamp) {
        needed.passed(timestamp);
        long depth = depthAfter(before);
        long previous = depth == 1 ? 0 : before;
        long jump = VersionChain.jump(log, previous, depth);
        long location = log.append(m, at, version, timestamp, previous, jump, depth);
        enter(m, at, before, location, depth);
        visible.setRelease(log.tail());
        var there = kept.is() ? log.memory(location) : null;
        if (there != null) {
            kept.take(there, Log.offset(location), location);
        }
        return location;
    }

    /**
     * Takes a batch into the log, each part as the newest version of its key; or a record that has
     * no objects at all, such as a chunk of a bulk object. The writer only.
     *
     * @return its place
     */
    long appendBatch(MemorySegment m, long at, long version, long timestamp) {
        return append(m, at, version, timestamp, this::link);
    }

    /** The same, with what is to be written into the log's copy. The writer only. */
    long append(MemorySegment m, long at, long version, long timestamp, Log.Links links) {
        long location = log.append(m, at, version, timestamp, links);
        var memory = log.memory(location);
        if (memory != null) {
            adopt(location, memory, Log.offset(location));
        }
        return location;
    }

    private void link(MemorySegment m, long at) {
        for (long o = BatchLayout.firstObject(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            long before = newest(m, o);
            long depth = depthAfter(before);
            long previous = depth == 1 ? 0 : before;
            VersionLink.write(m, o, previous, VersionChain.jump(log, previous, depth), depth);
        }
    }

    /**
     * Takes in a record that stands in the log already, with its links as it had made them there.
     * They may end where an older record still stands: retention had dropped that one before, and
     * only its file was left. The writer only.
     */
    void adopt(long location, MemorySegment m, long at) {
        needed.passed(RecordLayout.timestamp(m, at));
        if (Chunks.isChunk(m, at)) {
            needed.takeChunk(m, at, location, RecordLayout.timestamp(m, at));
            return;
        }
        for (long o = BatchLayout.firstObject(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            enter(m, o, newest(m, o), location + (o - at), VersionLink.depth(m, o));
        }
        visible.setRelease(Log.after(location, m));
        if (LabelLayout.isKept(m, at) && LabelLayout.isNewest(m, at)) {
            lead(m, at, location);
        }
        kept.take(m, at, location);
    }

    /** The newest version of a key stands at another place now. */
    private void lead(MemorySegment m, long at, long location) {
        long before = newest(m, at);
        newest.put(key, keyLength, keyHash, before, location);
        needed.moved(
                kept.find(RecordLayout.key(m, at), RecordLayout.objectVersion(m, at)), location);
        count(m, at, before, location);
    }

    private long depthAfter(long before) {
        long depth = before == 0 ? 0 : depthOf(before);
        return depth == VersionLink.DEPTH_MAX ? 1 : depth + 1;
    }

    /** The how-manieth version of its key stands at a place. */
    long depthOf(long location) {
        var m = log.header(location);
        return m == null ? 0 : VersionLink.depth(m, Log.offset(location));
    }

    private void enter(MemorySegment m, long at, long before, long location, long depth) {
        newest.put(key, keyLength, keyHash, before, location);
        needed.take(m, at, before, location, depth);
        count(m, at, before, location);
    }

    private void count(MemorySegment m, long at, long before, long location) {
        heads.add(location, 1);
        if (before == 0) {
            order.add(RecordLayout.key(m, at));
        } else {
            heads.add(before, -1);
        }
    }

    /** The place of a chunk of a bulk object, or 0. */
    long chunk(long upload, int number) {
        return needed.chunk(upload, number);
    }

    /** See {@link Chunks#madeIn}. */
    void madeIn(long view) {
        needed.chunks().madeIn(view);
    }

    /** See {@link Chunks#late}. */
    boolean late(MemorySegment m, long at, long micros) {
        return needed.chunks().late(m, at, micros);
    }

    /** Whether nothing in the log's oldest segment is kept any more. The writer only. */
    boolean nothingKeptInFirst() {
        return needed.nothingIn(log.first());
    }

    /** Takes what a checkpoint knows into an index that is empty. The writer only. */
    void load(IndexState.Reader state) {
        state.read(needed);
        needed.dropBefore(log.first());
        kept.read(state);
        kept.dropBefore(log.first());
        newest.expect(state.keys());
        var loader = order.new Loader();
        while (state.next()) {
            long location = state.location();
            if (location >= log.first()) { // retention has dropped others since
                long hash = KeyHash.of(state.key(), state.length());
                newest.put(state.key(), state.length(), hash, 0, location);
                heads.add(location, 1);
                loader.add(state.key(), state.length());
            }
        }
        loader.end();
        visible.setRelease(log.tail());
    }

    /** Writes what {@link #load} reads. The writer only. */
    void write(IndexState.Writer state) {
        state.write(needed, IndexState.segment(log.first()), IndexState.end(log));
        kept.write(state, log.first());
        order.each((utf8, length) -> state.key(utf8, length, newest.find(utf8, length)));
    }

    /** Drops the log's oldest segment, and the keys whose newest version lies in it. The writer. */
    void dropFirst() {
        long from = log.first();
        if (heads.of(from) > 0) {
            forgetHeads(from, ((from >>> 32) + 1) << 32);
        }
        long first = log.dropFirst();
        needed.dropBefore(first);
        heads.dropBefore(first);
    }

    private void forgetHeads(long from, long end) {
        log.visit(
                from,
                (location, m, at) -> {
                    if (location >= end) {
                        return false;
                    }
                    for (long o = BatchLayout.firstObject(m, at);
                            o >= 0;
                            o = BatchLayout.nextObject(m, o)) {
                        forgetHead(location + (o - at), m, o);
                    }
                    if (LabelLayout.isKept(m, at)) {
                        forgetHead(location, m, at);
                    }
                    return true;
                });
    }

    private void forgetHead(long location, MemorySegment m, long at) {
        if (newest(m, at) == location) {
            newest.remove(key, keyLength, location);
            order.remove(RecordLayout.key(m, at));
        }
    }

    /**
     * The place of a key's newest version, or 0. While a batch comes in, what was before it:
     * whoever has found one part of it finds all.
     */
    long newest(byte[] utf8, int length) {
        long location = newest.find(utf8, length);
        while (location >= visible.getAcquire()) {
            var m = location == 0 ? null : log.header(location);
            if (m == null) {
                return 0;
            }
            location = VersionLink.previous(m, Log.offset(location));
        }
        return location;
    }

    /**
     * The place of a key's newest version not after a bound.
     *
     * @param head the place of its newest; 0 = it is no longer kept, or there is none
     * @return 0 when there was none yet, {@link #TRIMMED} when it is no longer kept
     */
    long notAfter(byte[] utf8, int length, long head, By by, long bound) {
        long found = head == 0 ? 0 : VersionChain.notAfter(log, head, by, bound);
        if (found != 0 && isKept(head, found)) {
            return found;
        }
        if (kept.count() > 0) {
            var text = new String(utf8, 0, length, StandardCharsets.UTF_8);
            long labelled = kept.place(text, by, bound);
            if (labelled != 0 || (head == 0 && kept.has(text))) {
                return labelled == 0 ? TRIMMED : labelled;
            }
        }
        if (found != 0) {
            return TRIMMED;
        }
        return head == 0 || depthOf(VersionChain.oldest(log, head)) == 1 ? 0 : TRIMMED;
    }

    /** The place of exactly this version of a record's key, or 0. The writer only. */
    long place(MemorySegment m, long at, long head, long version) {
        var labelled = kept.find(RecordLayout.key(m, at), version);
        if (labelled != null) {
            return labelled.location();
        }
        long found = head == 0 ? 0 : VersionChain.notAfter(log, head, By.VERSION, version);
        log.soundness().demandNone(); // or another replica would find what lies behind it
        var there = found == 0 ? null : log.memory(found);
        boolean is =
                there != null
                        && RecordLayout.objectVersion(there, Log.offset(found)) == version
                        && isKept(head, found);
        return is ? found : 0;
    }

    /** The place of what is no longer kept. */
    static final long TRIMMED = -1;

    private boolean isKept(long head, long location) {
        return keptVersions == 0 || depthOf(location) >= lowestKept(head);
    }

    /**
     * A key's versions in {@code [from, to]}, oldest first.
     *
     * @param limit at most so many
     * @return their places
     */
    long[] between(long head, long from, long to, int limit) {
        long last = VersionChain.notAfter(log, head, By.VERSION, to);
        if (last == 0) {
            return new long[0];
        }
        long before = from == 0 ? 0 : VersionChain.notAfter(log, last, By.VERSION, from - 1);
        long oldest = VersionChain.oldest(log, last);
        long lowest =
                Math.max(before == 0 ? depthOf(oldest) : depthOf(before) + 1, lowestKept(head));
        long top = Math.min(depthOf(last), lowest + limit - 1);
        int count = (int) Math.max(0, top - lowest + 1);
        var found = new long[count];
        long location = VersionChain.notAfter(log, last, By.DEPTH, top);
        for (int i = count - 1; i >= 0; i--) {
            var m = log.header(location);
            if (m == null) {
                return Arrays.copyOfRange(found, i + 1, count); // dropped meanwhile
            }
            found[i] = location;
            location = VersionLink.previous(m, Log.offset(location));
        }
        return found;
    }

    private long lowestKept(long head) {
        return keptVersions == 0 ? 1 : depthOf(head) - keptVersions + 1;
    }

    /** Keys under a prefix, in order, behind one of them. */
    List<String> keys(String prefix, String after, int limit, KeyOrder.Filter filter) {
        return order.keys(prefix, after, limit, filter);
    }
}
