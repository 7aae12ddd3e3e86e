package dev.squall.sim;

import dev.squall.log.Disk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node's disk, which outlives the node. When the process dies, what it wrote is still in the page
 * cache; when the power fails, only what was synced is sure (see {@link SimFile}). Deletes and new
 * names are sure once the directory has been synced, and are undone newest first.
 *
 * <p>{@link #crashAfter} ends the node in the middle of an operation. A disk may also be {@link
 * #full}, {@link #slow}, or {@link #fail}: this outlasts restarts, until {@link #mend}.
 */
final class SimDisk implements Disk {

    private static final int NEVER = -1;

    private static final long UNLIMITED = Long.MAX_VALUE;

    /** A slow sync takes at least so long: 10 ms. */
    private static final long SLOW_NANOS_MIN = 10_000_000;

    /** A slow sync takes at most so long: 500 ms. */
    private static final long SLOW_NANOS_MAX = 500_000_000;

    private static final Pattern SEGMENT = Pattern.compile("shard-[0-9]+/[0-9]{10}\\.log");

    /** What may fail with an input/output error. */
    enum Operation {
        WRITE,
        SYNC
    }

    /**
     * What is wrong with the disk.
     *
     * @param operation what fails
     * @param forever or only once
     * @param forgets whether a sync that failed leaves pages that only seem to be written
     */
    record Failure(Operation operation, boolean forever, boolean forgets) {}

    /** A lease that is asked for has ended this often, when the asker may write over its file. */
    private static final double LEASES_END = 0.5;

    private final int node;
    private final Chance chance;
    private final Saboteur saboteur;
    private final TreeMap<String, SimFile> files = new TreeMap<>();
    private final Unsure unsure = new Unsure();
    private final Chance leases;
    private int operationsLeft = NEVER;
    private boolean crashed;
    private boolean refusedVote;
    private long room = UNLIMITED;
    private boolean slow;
    private @Nullable Failure failure;

    SimDisk(int node, Chance chance, Chance leases, Saboteur saboteur) {
        this.node = node;
        this.chance = chance;
        this.saboteur = saboteur;
        this.leases = leases;
    }

    /** Crashes the node within one of its next operations. */
    void crashAfter(int operations) {
        operationsLeft = operations;
    }

    /** Whether the newest vote of the node was refused. */
    boolean refusedVote() {
        return refusedVote;
    }

    /** Whether the node has crashed within an operation. */
    boolean crashed() {
        return crashed;
    }

    /** Whether from now on there is only as much room as is in use. */
    void full(boolean isFull) {
        room = isFull ? used() : UNLIMITED;
    }

    private long used() {
        return files.values().stream().mapToLong(SimFile::size).sum();
    }

    /** Whether syncs take long from now on. */
    void slow(boolean takesLong) {
        slow = takesLong;
    }

    /** How much longer than usual the next group commit takes; 0 on a disk that is not slow. */
    long extraSyncNanos() {
        return slow ? chance.between(SLOW_NANOS_MIN, SLOW_NANOS_MAX) : 0;
    }

    /** Something fails from now on, or the next time. */
    void fail(Failure how) {
        failure = how;
    }

    /** Everything is as it should be: there is room, it is fast, and nothing fails. */
    void mend() {
        room = UNLIMITED;
        slow = false;
        failure = null;
        operationsLeft = NEVER;
    }

    /** The process starts again. */
    void restart() {
        crashed = false;
        operationsLeft = NEVER;
    }

    /** A bit of a segment turns over. Returns which, or null when there are no segments. */
    @Nullable String flipBit() {
        var segments =
                files.entrySet().stream()
                        .filter(e -> SEGMENT.matcher(e.getKey()).matches())
                        .filter(e -> e.getValue().size() > 0)
                        .toList();
        if (segments.isEmpty()) {
            return null;
        }
        var segment = chance.oneOf(segments);
        int at = chance.between(0, segment.getValue().size() - 1);
        int bit = chance.between(0, 7);
        segment.getValue().flip(at, bit);
        return "bit %d of byte %d of %s".formatted(bit, at, segment.getKey());
    }

    /** All that was on it is gone. */
    void wipe() {
        files.clear();
        unsure.clear();
    }

    /** What a small file holds, whatever state the disk is in; empty when there is none. */
    byte[] peek(String name) {
        var file = files.get(name);
        return file == null ? new byte[0] : file.content();
    }

    /** The power fails. */
    void losePower() {
        unsure.losePower(files, chance);
        files.values().forEach(f -> f.losePower(chance));
    }

    /** Whether these bytes would be found in a file after a power failure. */
    boolean holds(String name, MemorySegment bytes, long at) {
        var file = files.get(name);
        return file != null && file.holds(bytes, at);
    }

    /** Counts an operation; true = the node crashes within it. */
    private boolean dies() {
        if (crashed) {
            throw new SimCrash();
        }
        if (operationsLeft > 0 && --operationsLeft == 0) {
            crashed = true;
        }
        return crashed;
    }

    private void dieIf(boolean dies) {
        if (dies) {
            throw new SimCrash();
        }
    }

    private void refuse(long more) throws IOException {
        if (room != UNLIMITED && more > 0 && used() + more > room) {
            throw new IOException("no space left on the simulated disk");
        }
    }

    /** The failure that strikes this operation, or null. */
    private @Nullable Failure strike(Operation operation) {
        var striking = failure;
        if (striking == null || striking.operation() != operation) {
            return null;
        }
        failure = striking.forever() ? striking : null;
        return striking;
    }

    private static IOException failed(Operation operation, String name) {
        return new IOException(
                "input/output error in a %s of %s"
                        .formatted(operation.name().toLowerCase(Locale.ROOT), name));
    }

    @Override
    public List<String> directories() {
        dieIf(crashed);
        return files.keySet().stream()
                .filter(n -> n.indexOf('/') > 0)
                .map(n -> n.substring(0, n.indexOf('/')))
                .distinct()
                .toList();
    }

    @Override
    public List<String> list(String directory) {
        dieIf(crashed);
        var prefix = directory + "/";
        return files.keySet().stream()
                .filter(n -> n.startsWith(prefix))
                .map(n -> n.substring(prefix.length()))
                .toList();
    }

    @Override
    public DiskFile open(String name) throws IOException {
        var file = files.get(name);
        if (file == null) {
            dieIf(dies());
            refuse(1); // an entry in a directory needs room as well
            file = new SimFile();
            files.put(name, file);
            unsure.sureBeside(name);
        }
        return new OpenFile(name, file);
    }

    @Override
    public void delete(String name) {
        dieIf(dies());
        var file = files.remove(name);
        if (file != null) {
            unsure.deleted(name, file);
        }
    }

    @Override
    public void syncDirectory(String directory) {
        dieIf(dies());
        unsure.sureBeside(directory + "/");
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        dieIf(dies());
        refusedVote |= name.equals("view");
        var old = files.get(name);
        refuse(content.length - (old == null ? 0 : old.size()));
        if (strike(Operation.WRITE) != null) {
            throw failed(Operation.WRITE, name);
        }
        var file = new SimFile();
        file.write(MemorySegment.ofArray(content), 0, content.length, 0);
        file.sync();
        refusedVote &= !name.equals("view");
        files.put(name, file);
        unsure.sureBeside(name);
    }

    @Override
    public void rename(String from, String to) {
        boolean dies = dies();
        if (!dies || chance.with(0.5)) {
            var file = files.remove(from);
            if (file != null) {
                unsure.renamed(from, file, to, files.put(to, file));
            }
        }
        dieIf(dies);
    }

    @Override
    public byte[] read(String name) {
        dieIf(crashed);
        var file = files.get(name);
        return file == null ? new byte[0] : file.content();
    }

    private final class OpenFile implements DiskFile {

        private final String name;
        private final SimFile file;

        OpenFile(String name, SimFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void write(MemorySegment bytes, long from, long length, long at) throws IOException {
            boolean dies = dies();
            refuse(at + length - file.size());
            boolean fails = strike(Operation.WRITE) != null;
            boolean torn = dies || fails;
            int written = torn ? chance.between(0, (int) length) : (int) length;
            file.write(bytes, from, written, (int) at);
            dieIf(dies);
            if (fails) {
                throw failed(Operation.WRITE, name);
            }
        }

        @Override
        public void sync() throws IOException {
            dieIf(dies());
            var failing = strike(Operation.SYNC);
            if (failing != null) {
                if (failing.forgets()) {
                    file.failSync(chance);
                }
                throw failed(Operation.SYNC, name);
            }
            if (saboteur.syncs(node, name)) {
                file.sync();
            }
        }

        @Override
        public void truncate(long size) {
            dieIf(dies());
            file.truncate((int) size);
        }

        @Override
        public MemorySegment map() {
            dieIf(crashed);
            return file.map();
        }

        /**
         * What the collector would do is not in the seed. So a lease ends by chance: who reads on
         * nevertheless has a copy. As long as it has not ended, what is written is seen by all.
         */
        @Override
        public Lease lease(MemorySegment mapped) {
            file.leased(true);
            return () -> {
                if (leases.with(LEASES_END)) {
                    file.leased(false);
                }
                return !file.leased();
            };
        }

        @Override
        public void close() {}
    }
}
