package dev.squall.trigger;

import dev.squall.base.Failure;
import dev.squall.udl.Udl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * A jar that a user uploaded, checked before anything of it runs: its size, its entries, its
 * descriptor, the release its classes were compiled for, and that they keep out of packages which
 * are not theirs. Held unpacked in memory; nothing is written to disk.
 */
public final class UdlJar {

    /** The largest jar: 256 MiB, unpacked 512 MiB, in at most 20,000 entries. */
    public static final int BYTES_MAX = 256 << 20;

    private static final long UNPACKED_BYTES_MAX = 512L << 20;
    private static final int ENTRIES_MAX = 20_000;
    private static final String SERVICES = "META-INF/services/" + Udl.class.getName();
    private static final int CLASS_MAGIC = 0xCAFEBABE;
    private static final int CLASS_MAJOR_MAX = 44 + Runtime.version().feature();

    private final String sha256;
    private final UdlDescriptor descriptor;
    private final Map<String, byte[]> files;

    private UdlJar(String sha256, UdlDescriptor descriptor, Map<String, byte[]> files) {
        this.sha256 = sha256;
        this.descriptor = descriptor;
        this.files = files;
    }

    /** The jar's own name: the SHA-256 of its bytes, 64 hex digits. */
    public String sha256() {
        return sha256;
    }

    public UdlDescriptor descriptor() {
        return descriptor;
    }

    /** Checks a jar. Throws {@link Failure} that says what is wrong with it. */
    public static UdlJar read(byte[] jar) {
        return read(jar, UNPACKED_BYTES_MAX, ENTRIES_MAX);
    }

    /** Checks a jar against other limits than the node's. */
    static UdlJar read(byte[] jar, long unpackedBytesMax, int entriesMax) {
        if (jar.length > BYTES_MAX) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "a jar of %d bytes; the limit is %d".formatted(jar.length, BYTES_MAX));
        }
        var files = unpack(jar, unpackedBytesMax, entriesMax);
        var yaml = files.get(UdlDescriptor.PATH);
        if (yaml == null) {
            throw invalid("it has no " + UdlDescriptor.PATH);
        }
        var descriptor = UdlDescriptor.parse(new String(yaml, StandardCharsets.UTF_8));
        var read = new UdlJar(digest(jar), descriptor, files);
        read.checkEntries();
        return read;
    }

    private static Map<String, byte[]> unpack(byte[] jar, long bytesMax, int entriesMax) {
        var files = new HashMap<String, byte[]>();
        long total = 0;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                if (entry.isDirectory()) {
                    continue;
                }
                var name = entry.getName();
                byte[] bytes = zip.readNBytes((int) (bytesMax - total + 1));
                total += bytes.length;
                if (total > bytesMax || files.size() == entriesMax) {
                    throw invalid(
                            "it unpacks to more than %d bytes or %d entries"
                                    .formatted(bytesMax, entriesMax));
                }
                if (files.put(name, bytes) != null) {
                    throw invalid("it holds " + name + " twice");
                }
                checkClass(name, bytes);
            }
        } catch (ZipException e) {
            throw invalid(String.valueOf(e.getMessage()));
        } catch (IOException | IllegalArgumentException e) {
            throw invalid("it cannot be unpacked: " + e.getMessage());
        }
        if (files.isEmpty()) {
            throw invalid("it is no zip archive, or an empty one");
        }
        return files;
    }

    private static void checkClass(String name, byte[] bytes) {
        if (!name.endsWith(".class") || name.startsWith("META-INF/")) {
            return;
        }
        if (name.startsWith("java/") || name.startsWith("dev/squall/udl/")) {
            throw invalid("it brings " + name + ", whose package belongs to the node");
        }
        if (bytes.length < 8 || ByteBuffer.wrap(bytes).getInt() != CLASS_MAGIC) {
            throw invalid(name + " is no class file");
        }
        int major = ByteBuffer.wrap(bytes).getShort(6) & 0xFFFF;
        if (major > CLASS_MAJOR_MAX) {
            throw invalid(
                    "%s was compiled for Java %d; this node runs Java %d"
                            .formatted(name, major - 44, CLASS_MAJOR_MAX - 44));
        }
    }

    private void checkEntries() {
        var services = files.get(SERVICES);
        var named = services == null ? "" : new String(services, StandardCharsets.UTF_8);
        for (var entry : descriptor.entries()) {
            var file = entry.type().replace('.', '/') + ".class";
            if (!files.containsKey(file)) {
                throw invalid("entry '%s': no class %s".formatted(entry.name(), entry.type()));
            }
            if (named.lines().noneMatch(l -> l.strip().equals(entry.type()))) {
                throw invalid(
                        "entry '%s': %s is not named in %s"
                                .formatted(entry.name(), entry.type(), SERVICES));
            }
        }
        for (var model : descriptor.models()) {
            if (!files.containsKey(model.file())) {
                throw invalid("model '%s': no %s".formatted(model.spec().name(), model.file()));
            }
        }
    }

    /** A file of the jar. */
    public byte[] file(String name) {
        var bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException("no " + name + " in " + descriptor.id());
        }
        return bytes;
    }

    /**
     * A class loader of its own for the jar: sees the UDL API, the JDK and itself, nothing else.
     */
    public UdlClassLoader classLoader() {
        return new UdlClassLoader(descriptor.id(), files);
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Failure invalid(String what) {
        return new Failure(Failure.Kind.INVALID, "the jar is not a UDL: " + what);
    }
}
