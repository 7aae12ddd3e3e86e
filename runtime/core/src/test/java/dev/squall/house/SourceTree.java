package dev.squall.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files that people write, as they lie in the project; what is built or brought is not here.
 */
final class SourceTree {

    private static final Set<String> SKIPPED =
            Set.of("target", "node_modules", "vendor", "__pycache__");

    /** Hidden directories that belong to the project; others belong to tools. */
    private static final Set<String> HIDDEN = Set.of(".ci", ".mvn", ".github");

    private static final Set<String> BINARY =
            Set.of("jpg", "png", "avi", "pt", "jar", "gz", "zip", "ico");

    /** Files that others wrote and that are kept as they came. */
    private static final Set<String> BROUGHT = Set.of("mvnw", "mvnw.cmd", "LICENSE");

    /** The project's root: the first directory above that holds the Maven wrapper. */
    static final Path ROOT = root();

    /** Every file, by its path from the root. */
    static final List<Path> FILES = files();

    private SourceTree() {}

    private static Path root() {
        var at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
            if (at == null) {
                throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
            }
        }
        return at;
    }

    private static List<Path> files() {
        var found = new ArrayList<Path>();
        try {
            Files.walkFileTree(ROOT, new Collector(found));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    /** The text of a file. */
    static String text(Path file) {
        try {
            return Files.readString(ROOT.resolve(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is not a text in UTF-8", e);
        }
    }

    static List<Path> texts() {
        return FILES.stream()
                .filter(f -> !BINARY.contains(extension(f)) && !BROUGHT.contains(name(f)))
                .toList();
    }

    static List<Path> java() {
        return FILES.stream().filter(f -> extension(f).equals("java")).toList();
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** What follows the last dot of a file's name; empty without one. */
    static String extension(Path file) {
        var name = name(file);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    private static final class Collector extends SimpleFileVisitor<Path> {

        private final List<Path> found;

        Collector(List<Path> found) {
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
            var name = name(directory);
            boolean hidden = name.startsWith(".") && !HIDDEN.contains(name);
            return !directory.equals(ROOT) && (hidden || SKIPPED.contains(name))
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
            if (a.isRegularFile()) {
                found.add(ROOT.relativize(file));
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
