package dev.squall.server.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** UDL jars to upload. */
public final class Jars {

    private static final String CLASS = "dev/squall/server/testing/Echo.class";

    private Jars() {}

    /**
     * A jar with {@link Echo}, bound to a prefix and serving a model of its own name that takes one
     * element and gives one FP32 of it.
     */
    public static byte[] echo(String name, int version, String prefix, String output) {
        var descriptor =
                """
                name: %1$s
                version: %2$d
                description: Answers with what it gets.
                entries:
                  - name: echo
                    class: dev.squall.server.testing.Echo
                    prefix: %3$s
                    on: both
                    dispatch: per-key
                    emit: {echo: %4$s}
                serves:
                  - name: %1$s
                    version: %2$d
                    entry: echo
                    inputs: [{name: text, type: BYTES, shape: [1]}]
                    outputs: [{name: value, type: FP32, shape: [1]}]
                """
                        .formatted(name, version, prefix, output);
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes)) {
            add(jar, "META-INF/squall/udl.yaml", descriptor.getBytes(StandardCharsets.UTF_8));
            add(
                    jar,
                    "META-INF/services/dev.squall.udl.Udl",
                    "dev.squall.server.testing.Echo\n".getBytes(StandardCharsets.UTF_8));
            add(jar, CLASS, resource(CLASS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        var entry = new JarEntry(name);
        entry.setTime(0); // the same jar has the same bytes
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = Jars.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    /** The sample that reads digits, with its model: as a jar, or packed from its classes. */
    public static byte[] digits() {
        try {
            var source = Class.forName("dev.squall.samples.digits.ReadDigit").getProtectionDomain();
            var place = Path.of(source.getCodeSource().getLocation().toURI());
            return Files.isDirectory(place) ? pack(place) : Files.readAllBytes(place);
        } catch (Exception e) {
            throw new AssertionError("the sample is not on the class path", e);
        }
    }

    private static byte[] pack(Path directory) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes);
                var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                var name = directory.relativize(file).toString().replace('\\', '/');
                add(jar, name, Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }
}
