package dev.squall.server.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The console's files refer to each other and to jars by plain paths; each path must exist. */
class ConsoleFilesTest {

    private static final Path ROOT = Path.of("src/main/resources/META-INF/resources");
    private static final Path UPLOT = ROOT.resolve("vendor/uplot/1.6.32");
    private static final int MODULE_LINES_MAX = 300;

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/[^\"]+)\"");
    private static final Pattern IMPORT =
            Pattern.compile("^(?:import|export)\\b[^\"();=]*\"([^\"]+)\";", Pattern.MULTILINE);
    private static final Pattern SUM = Pattern.compile("\\| `([\\w.]+)` \\| `([0-9a-f]{64})` \\|");

    @Test
    void everyPathOfTheImportMapIsInAJarOrHere() throws IOException {
        for (var entry : importMap().entrySet()) {
            if (entry.getValue().endsWith("/")) {
                continue; // a whole directory: the imports below name files in it
            }
            assertServed(entry.getValue(), "the import map's '" + entry.getKey() + "'");
        }
    }

    @Test
    void everyImportOfAModuleLeadsToAFile() throws IOException {
        var map = importMap();
        for (var module : modules()) {
            for (var name : imports(Files.readString(module))) {
                assertServed(resolve(module, name, map), module + ", which imports '" + name + "'");
            }
        }
    }

    /**
     * The jars' own modules import each other by bare names, which this page has to map as well.
     */
    @Test
    void everyBareNameInTheJarsIsMapped() throws IOException {
        var map = importMap();
        for (var path :
                List.of("/_static/lit/3.3.3/index.js", "/_static/lit/3.3.3/directives/repeat.js")) {
            for (var name : imports(text(path).replace(";", ";\n"))) {
                assertServed(resolve(ROOT, name, map), path + ", which imports '" + name + "'");
            }
        }
    }

    @Test
    void everyLinkOfThePageLeadsToAFile() throws IOException {
        var links = LINK.matcher(index()).results().map(found -> found.group(1)).toList();
        assertTrue(links.size() >= 4, () -> "the page has too few links: " + links);
        for (var link : links) {
            assertServed(link, "the page");
        }
    }

    /** The page's policy lets one inline script run, the import map, by this hash. */
    @Test
    void thePolicyNamesTheHashOfTheImportMap() throws IOException {
        var hash =
                Base64.getEncoder()
                        .encodeToString(sha256(importMapText().getBytes(StandardCharsets.UTF_8)));
        assertTrue(
                index().contains("'sha256-" + hash + "'"),
                () -> "index.html must say 'sha256-" + hash + "' in its script-src");
    }

    @Test
    void nothingIsLoadedFromElsewhere() throws IOException {
        var files = new ArrayList<>(modules());
        files.add(ROOT.resolve("index.html"));
        files.add(ROOT.resolve("console.css"));
        for (var file : files) {
            var foreign = Pattern.compile("(?:https?:)?//[a-z0-9-]+\\.").matcher(text(file));
            assertFalse(foreign.find(), () -> file + " names another host");
        }
    }

    @Test
    void whatIsVendoredIsUnchanged() throws IOException {
        var sums = SUM.matcher(Files.readString(UPLOT.resolve("ORIGIN.md"))).results().toList();
        var checked = 0;
        for (var sum : sums) {
            var file = UPLOT.resolve(sum.group(1));
            if (sum.group(1).endsWith(".tgz")) {
                continue; // the package that the files were taken from
            }
            var found = HexFormat.of().formatHex(sha256(Files.readAllBytes(file)));
            assertEquals(sum.group(2), found, () -> file + " is not what ORIGIN.md names");
            checked++;
        }
        assertEquals(2, checked);
    }

    @Test
    void modulesStaySmall() throws IOException {
        for (var module : modules()) {
            var lines = Files.readAllLines(module).size();
            assertTrue(
                    lines <= MODULE_LINES_MAX,
                    () -> module + " has " + lines + " lines, the limit is " + MODULE_LINES_MAX);
        }
    }

    private static String index() throws IOException {
        return Files.readString(ROOT.resolve("index.html"));
    }

    private static String importMapText() throws IOException {
        var found = IMPORT_MAP.matcher(index());
        assertTrue(found.find(), "index.html has no import map");
        return found.group(1);
    }

    private static Map<String, String> importMap() throws IOException {
        var imports = new TreeMap<String, String>();
        new ObjectMapper()
                .readTree(importMapText())
                .get("imports")
                .properties()
                .forEach(entry -> imports.put(entry.getKey(), entry.getValue().asText()));
        return imports;
    }

    private static List<Path> modules() throws IOException {
        try (var files = Files.list(ROOT.resolve("console"))) {
            return files.filter(file -> file.toString().endsWith(".js")).sorted().toList();
        }
    }

    private static List<String> imports(String module) {
        return IMPORT.matcher(module).results().map(found -> found.group(1)).toList();
    }

    /** Resolves as a browser does: relative to the module, else by the map's longest prefix. */
    private static String resolve(Path module, String name, Map<String, String> map) {
        if (name.startsWith("./")) {
            return "/" + ROOT.relativize(module.resolveSibling(name).normalize());
        }
        var exact = map.get(name);
        if (exact != null) {
            return exact;
        }
        return map.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("/") && name.startsWith(entry.getKey()))
                .map(entry -> entry.getValue() + name.substring(entry.getKey().length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not in the import map"));
    }

    private static void assertServed(String path, String by) {
        assertNotNull(
                ConsoleFilesTest.class.getClassLoader().getResource("META-INF/resources" + path),
                () -> path + " does not exist, but is needed by " + by);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file);
    }

    private static String text(String served) throws IOException {
        var name = "META-INF/resources" + served;
        try (var in = ConsoleFilesTest.class.getClassLoader().getResourceAsStream(name)) {
            assertNotNull(in, name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
