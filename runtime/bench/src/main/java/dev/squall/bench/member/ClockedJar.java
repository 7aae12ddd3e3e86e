package dev.squall.bench.member;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** {@link Clocked} as a jar to upload. */
final class ClockedJar {

    private static final String CLASS = Clocked.class.getName();

    private ClockedJar() {}

    /**
     * A jar whose logic runs on what is put below a prefix, and on triggers there.
     *
     * @param replicas {@code one} of a shard's members runs it, or {@code all}
     */
    static byte[] of(String prefix, String replicas) throws IOException {
        var descriptor =
                """
                name: clocked
                version: 1
                description: Says when it was started.
                entries:
                  - name: clocked
                    class: %s
                    prefix: %s
                    on: both
                    replicas: %s
                """
                        .formatted(CLASS, prefix, replicas);
        var bytes = new ByteArrayOutputStream();
        try (var jar = new JarOutputStream(bytes);
                var code = Clocked.class.getResourceAsStream("Clocked.class")) {
            if (code == null) {
                throw new IOException(CLASS + " is not on the class path");
            }
            add(jar, "META-INF/squall/udl.yaml", utf8(descriptor));
            add(jar, "META-INF/services/dev.squall.udl.Udl", utf8(CLASS + "\n"));
            add(jar, CLASS.replace('.', '/') + ".class", code.readAllBytes());
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        var entry = new JarEntry(name);
        entry.setTime(0); // the same jar has the same bytes
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }
}
