package dev.squall.trigger;

import dev.squall.udl.Udl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds jars in memory. */
final class Jars {

    static final String SERVICES = "META-INF/services/" + Udl.class.getName();
    static final String CLASS = ScriptedUdl.class.getName().replace('.', '/') + ".class";

    static final String DESCRIPTOR =
            """
            name: scripted
            version: 1
            entries:
              - name: run
                class: dev.squall.trigger.ScriptedUdl
                prefix: /in
            """;

    private Jars() {}

    /** The files of a jar that is right in every way, to be spoilt by a test. */
    static Map<String, byte[]> files() {
        var files = new LinkedHashMap<String, byte[]>();
        files.put(UdlDescriptor.PATH, utf8(DESCRIPTOR));
        files.put(SERVICES, utf8("# what it offers\n" + ScriptedUdl.class.getName() + "\n"));
        files.put(CLASS, code());
        return files;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] code() {
        try (var in = Jars.class.getClassLoader().getResourceAsStream(CLASS)) {
            return Objects.requireNonNull(in).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] zip(Map<String, byte[]> files) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
