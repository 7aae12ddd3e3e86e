package dev.squall.log;

import dev.squall.memory.Align;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A disk in memory, for tests that open a log thousands of times. Every write is sure at once. */
public final class MemoryDisk implements Disk {

    private static final int ROOM = 128 << 10;

    private final TreeMap<String, Content> files = new TreeMap<>();

    private static final class Content {
        private final MemorySegment bytes = Arena.ofAuto().allocate(ROOM, Align.RECORD_BYTES);
        private long size;
        private boolean leaseEnded;
    }

    /** Nobody reads a file any more that was mapped. */
    public void endLease(String name) {
        content(name).leaseEnded = true;
    }

    /** Everything that is on it. */
    public Map<String, byte[]> contents() {
        var all = new TreeMap<String, byte[]>();
        files.keySet().forEach(name -> all.put(name, read(name)));
        return all;
    }

    /** Holds this and nothing else from now on. */
    public void restore(Map<String, byte[]> contents) {
        files.keySet().retainAll(contents.keySet());
        contents.forEach(this::replace);
    }

    /** A bit turns over, in what was mapped, too. */
    public void flip(String name, long at, int bit) {
        var bytes = content(name).bytes;
        byte was = bytes.get(ValueLayout.JAVA_BYTE, at);
        bytes.set(ValueLayout.JAVA_BYTE, at, (byte) (was ^ (1 << bit)));
    }

    private Content content(String name) {
        return files.computeIfAbsent(name, _ -> new Content());
    }

    @Override
    public List<String> directories() {
        return files.keySet().stream().map(n -> n.replaceAll("/.*", "")).distinct().toList();
    }

    @Override
    public List<String> list(String directory) {
        return files.keySet().stream()
                .filter(n -> n.startsWith(directory + "/"))
                .map(n -> n.substring(directory.length() + 1))
                .toList();
    }

    @Override
    public DiskFile open(String name) {
        return new OpenFile(content(name));
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void rename(String from, String to) {
        var file = files.remove(from);
        if (file != null) {
            files.put(to, file);
        }
    }

    @Override
    public void syncDirectory(String directory) {}

    @Override
    public void replace(String name, byte[] content) {
        var file = content(name);
        file.size = content.length;
        MemorySegment.copy(MemorySegment.ofArray(content), 0, file.bytes, 0, content.length);
    }

    @Override
    public byte[] read(String name) {
        var file = files.get(name);
        return file == null
                ? new byte[0]
                : file.bytes.asSlice(0, file.size).toArray(ValueLayout.JAVA_BYTE);
    }

    private record OpenFile(Content file) implements DiskFile {

        @Override
        public long size() {
            return file.size;
        }

        @Override
        public void write(MemorySegment bytes, long from, long length, long at) {
            MemorySegment.copy(bytes, from, file.bytes, at, length);
            file.size = Math.max(file.size, at + length);
        }

        @Override
        public void sync() {}

        @Override
        public void truncate(long size) {
            file.size = Math.min(file.size, size);
        }

        @Override
        public MemorySegment map() {
            return file.bytes.asSlice(0, file.size).asReadOnly();
        }

        @Override
        public Lease lease(MemorySegment mapped) {
            return () -> file.leaseEnded;
        }

        @Override
        public void close() {}
    }
}
