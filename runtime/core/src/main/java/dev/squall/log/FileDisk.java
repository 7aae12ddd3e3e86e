package dev.squall.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The machine's own disk, below one directory. */
public final class FileDisk implements Disk {

    private final Path root;

    public FileDisk(Path root) {
        this.root = root;
    }

    @Override
    public List<String> directories() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var files = Files.list(root)) {
            return files.filter(Files::isDirectory)
                    .map(f -> String.valueOf(f.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        var path = root.resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var files = Files.list(path)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> String.valueOf(f.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        var path = resolve(name);
        boolean fresh = !Files.exists(path);
        var channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        if (fresh) {
            syncDirectoryOf(path);
        }
        return new OpenFile(channel);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(root.resolve(name));
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        try (var channel = FileChannel.open(root.resolve(directory), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void replace(String name, byte[] content) throws IOException {
        var path = resolve(name);
        var next = path.resolveSibling(path.getFileName() + ".next");
        try (var channel =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        syncDirectoryOf(path);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public byte[] read(String name) throws IOException {
        try {
            return Files.readAllBytes(root.resolve(name));
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    /** A file as it is now, read-only: for whoever looks at it beside the node that writes it. */
    public static MemorySegment look(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            return size == 0
                    ? MemorySegment.NULL
                    : channel.map(MapMode.READ_ONLY, 0, size, Arena.ofAuto());
        }
    }

    private Path resolve(String name) throws IOException {
        var path = root.resolve(name);
        var directory = path.getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            Files.createDirectories(directory);
            syncDirectoryOf(directory);
        }
        return path;
    }

    /** A new name is only durable when its directory is. */
    private static void syncDirectoryOf(Path path) throws IOException {
        var directory = path.getParent();
        if (directory != null) {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private record OpenFile(FileChannel channel) implements DiskFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(MemorySegment bytes, long from, long length, long at) throws IOException {
            var buffer = bytes.asSlice(from, length).asByteBuffer();
            long to = at;
            while (buffer.hasRemaining()) {
                to += channel.write(buffer, to);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.force(true);
        }

        @Override
        public MemorySegment map() throws IOException {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }

        @Override
        public Lease lease(MemorySegment mapped) {
            return new Reach(new PhantomReference<>(mapped.scope(), new ReferenceQueue<>()));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** All slices of a mapping and all buffers on it hold its scope. The collector tells. */
    private record Reach(PhantomReference<MemorySegment.Scope> scope) implements Lease {

        @Override
        public boolean ended() {
            return scope.refersTo(null);
        }
    }
}
