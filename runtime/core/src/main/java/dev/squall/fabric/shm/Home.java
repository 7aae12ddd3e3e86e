package dev.squall.fabric.shm;

import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node's own directory in shared memory: the {@link HomeFile}, and a file for each piece of
 * memory that it has allocated, named by a number that is never used again. Neighbours find it by a
 * name that nobody can guess, and only the same user may open what is in it.
 *
 * <p><b>Memory of its own for each registration.</b> A neighbour that is late, or was stopped in
 * the middle of a write, stores into a file that nobody looks at any more; never into what somebody
 * else has got since.
 *
 * <p><b>Ends.</b> The node holds a lock on its home file, which the kernel takes back however it
 * dies. Homes that are not locked are swept by the next one who starts here, or by a neighbour who
 * sees the death; see {@link #sweep}.
 *
 * <p>Belongs to the fabric's thread, but for {@link #allocate}.
 */
final class Home implements AutoCloseable {

    /** The name of the home file. */
    static final String FILE = "node";

    private static final String PREFIX = "squall-";
    private static final int NAME_BYTES = 16;

    /** Names that are tried; each fails only when a sweeper was there in that very moment. */
    private static final int ATTEMPTS_MAX = 8;

    private static final System.Logger LOG = System.getLogger(Home.class.getName());

    private record Memory(long number, long bytes) {}

    private record Registered(int entry, @Nullable Memory memory) {}

    final String name;
    final HomeFile file;
    private final Path root;
    private final Path directory;
    private final int lock;
    private final Map<Long, Memory> allocated = new HashMap<>();
    private final Map<Integer, Registered> registered = new HashMap<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int entries;
    private int slots;
    private final boolean[] taken = new boolean[HomeFile.SLOTS];
    private long numbers;

    /**
     * Makes a home.
     *
     * @param root where homes are, for example {@code /dev/shm}
     * @throws IOException when there is no room, or no right to make one
     */
    Home(Path root, int node, long incarnation) throws IOException {
        this.root = root;
        sweep(root);
        var random = new SecureRandom();
        for (int i = 0; i < ATTEMPTS_MAX; i++) {
            var bytes = new byte[NAME_BYTES];
            random.nextBytes(bytes);
            var attempt = HexFormat.of().formatHex(bytes);
            var place = directory(root, attempt);
            int held = make(place);
            if (held >= 0) {
                name = attempt;
                directory = place;
                lock = held;
                file = new HomeFile(map(place.resolve(FILE), HomeFile.BYTES));
                file.sign(node, incarnation);
                return;
            }
        }
        throw new IOException("cannot make a home in " + root + ": each was swept at once");
    }

    /** Where the home of this name is. */
    static Path directory(Path root, String name) {
        return root.resolve(PREFIX + name);
    }

    /** Returns the lock, or -1 when it was swept before it was locked. */
    private static int make(Path place) throws IOException {
        Files.createDirectory(
                place,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var file = place.resolve(FILE);
        boolean made = false;
        try {
            Kernel.create(file, HomeFile.BYTES);
            made = true;
            int held = Kernel.lock(file);
            if (held >= 0 && !Files.exists(file)) {
                Kernel.close(held);
                return -1;
            }
            return held;
        } catch (IOException e) {
            // The file is there from when it was made; another one who starts may sweep it then.
            boolean swept = made && Files.notExists(file);
            delete(place);
            if (swept) {
                return -1;
            }
            throw e;
        }
    }

    private static MemorySegment map(Path file, long bytes) throws IOException {
        try (var channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return Region.map(channel, bytes);
        }
    }

    /**
     * Memory in a file of its own, all of it taken now.
     *
     * @throws IOException when there is no room; says how much there is
     */
    synchronized MemorySegment allocate(long bytes) throws IOException {
        long number = ++numbers;
        var path = directory.resolve(String.valueOf(number));
        try {
            Kernel.create(path, bytes);
            var memory = map(path, bytes);
            allocated.put(memory.address(), new Memory(number, bytes));
            return memory;
        } catch (IOException e) {
            Files.deleteIfExists(path);
            var store = Files.getFileStore(root);
            throw new IOException(
                    "%s has no room for %d bytes that peers write into; %d of %d are free: %s"
                            .formatted(
                                    root,
                                    bytes,
                                    store.getUsableSpace(),
                                    store.getTotalSpace(),
                                    e.getMessage()),
                    e);
        }
    }

    /** Tells neighbours where a region is. Returns whether they can map it. */
    synchronized boolean register(int region, MemorySegment memory) {
        unregister(region);
        var known = allocated.get(memory.address());
        var free = this.free.poll();
        int entry = free != null ? free : entries++;
        if (entry >= HomeFile.ENTRIES_MAX) {
            throw new IllegalStateException(
                    "%d regions are registered, the most there may be"
                            .formatted(HomeFile.ENTRIES_MAX));
        }
        long number = known == null ? ++numbers : known.number();
        file.enter(entry, number, region, known != null, memory.byteSize());
        registered.put(region, new Registered(entry, known));
        return known != null;
    }

    /** Ends {@link #register}; the memory's pages are given back at once. */
    synchronized void unregister(int region) {
        var was = registered.remove(region);
        if (was == null) {
            return;
        }
        file.leave(was.entry());
        free.add(was.entry());
        var memory = was.memory();
        if (memory != null) {
            allocated.values().remove(memory);
            discard(memory);
        }
    }

    private void discard(Memory memory) {
        var path = directory.resolve(String.valueOf(memory.number()));
        try {
            Kernel.discard(path, memory.bytes());
            Files.delete(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot give back {0}: {1}", path, e.getMessage());
        }
    }

    /** The bytes of a region; -1 = it is not registered. */
    synchronized long bytes(int region) {
        var found = registered.get(region);
        return found == null ? -1 : file.bytes(found.entry());
    }

    /** A slot for a writer, the one that has been free for longest; -1 = none is free. */
    int give(int node) {
        for (int i = 0; i < HomeFile.SLOTS; i++) {
            int slot = slots++ % HomeFile.SLOTS;
            if (!taken[slot]) {
                taken[slot] = true;
                file.give(slot, node);
                return slot;
            }
        }
        return -1;
    }

    /** Takes a slot back: nothing is written from there any more. */
    void take(int slot) {
        file.close(slot);
        taken[slot] = false;
    }

    @Override
    public void close() {
        delete(directory);
        Kernel.close(lock);
    }

    /** Deletes the homes of those who have died. */
    static void sweep(Path root) {
        try (var homes = Files.newDirectoryStream(root, PREFIX + "*")) {
            for (var home : homes) {
                sweepOne(home);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot sweep {0}: {1}", root, e.getMessage());
        }
    }

    private static void sweepOne(Path home) {
        try {
            int lock = Kernel.lock(home.resolve(FILE));
            if (lock >= 0) {
                delete(home);
                Kernel.close(lock);
                LOG.log(System.Logger.Level.INFO, "swept {0}: its process has died", home);
            }
        } catch (IOException _) {
            // Another user's, or it is just being made or swept.
        }
    }

    private static void delete(Path directory) {
        for (var path : files(directory)) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot delete {0}: {1}", path, e.toString());
            }
        }
    }

    /** What is in a directory, and last the directory. */
    private static List<Path> files(Path directory) {
        var paths = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(directory)) {
            files.forEach(paths::add);
        } catch (IOException _) {
            return paths; // somebody else was faster
        }
        paths.add(directory);
        return paths;
    }
}
