package dev.squall.sim.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The sources of the core, and what the compiler makes of them once a bug is planted. */
final class Sources {

    private static final String PACKAGES = "src/main/java/dev/squall/";

    private Sources() {}

    /** Compiles what a mutant changes, in memory: the bytes of the classes by their names. */
    static Map<String, byte[]> compile(Mutant mutant) {
        var texts = new LinkedHashMap<String, String>();
        for (var edit : mutant.edits()) {
            texts.put(
                    edit.source(),
                    edit.applyTo(texts.computeIfAbsent(edit.source(), Sources::read)));
        }
        var units = new ArrayList<Unit>();
        texts.forEach((source, text) -> units.add(new Unit(source, text)));
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        var made = new HashMap<String, Made>();
        var files = new InMemory(compiler.getStandardFileManager(null, null, null), made);
        var options =
                List.of(
                        "-proc:none",
                        "-nowarn",
                        "-Xlint:none",
                        "-classpath",
                        System.getProperty("java.class.path"));
        if (!compiler.getTask(said, files, null, options, null, units).call()) {
            throw new IllegalArgumentException(mutant + " does not compile: " + said);
        }
        var classes = new HashMap<String, byte[]>();
        made.forEach((name, bytes) -> classes.put(name, bytes.bytes.toByteArray()));
        return classes;
    }

    private static String read(String source) {
        try {
            return Files.readString(core().resolve(PACKAGES + source + ".java"));
        } catch (IOException e) {
            throw new IllegalArgumentException("no source of " + source + ": " + e, e);
        }
    }

    /** The core's module: beside this one, whether a build runs or somebody from the top. */
    private static Path core() {
        for (var path : List.of(Path.of("../core"), Path.of("runtime/core"))) {
            if (Files.isDirectory(path.resolve(PACKAGES))) {
                return path;
            }
        }
        throw new IllegalStateException(
                "no sources of the core near %s: run it in runtime/sim or at the top"
                        .formatted(Path.of("").toAbsolutePath()));
    }

    /** A source file that exists only here. */
    private static final class Unit extends SimpleJavaFileObject {

        private final String text;

        Unit(String source, String text) {
            super(URI.create("mutant:///dev/squall/" + source + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** A class file that exists only here. */
    private static final class Made extends SimpleJavaFileObject {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Made(String name) {
            super(URI.create("mutant:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {

        private final Map<String, Made> made;

        InMemory(StandardJavaFileManager files, Map<String, Made> made) {
            super(files);
            this.made = made;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location,
                String name,
                JavaFileObject.Kind kind,
                @Nullable FileObject sibling) {
            return made.computeIfAbsent(name, Made::new);
        }
    }
}
