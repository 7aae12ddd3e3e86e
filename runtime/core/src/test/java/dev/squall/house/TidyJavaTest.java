package dev.squall.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every Java file: its shape, and calls for which the house has better ones. */
class TidyJavaTest {

    private static final int COLUMNS_MAX = 100;
    private static final int LINES_MAX = 400;
    private static final int SENTENCE_CHARS_MIN = 20;

    private static final Pattern LEADING_DOC = Pattern.compile("(?s)\\A/\\*\\*(.*?)\\*/");

    private static final String JAVA = "\\.java$";
    private static final String MAIN = "/src/main/java/";

    /** What runs without anybody at a terminal. */
    private static final String NODE = "(runtime/(core|server)|udl/(api|torch))/src/main/java/";

    private static final String SIMULATED = "runtime/core/src/main/java/";

    static List<TextRule> rules() {
        return List.of(
                TextRule.of(
                        JAVA,
                        "\\b(class|interface|record|enum) \\w*" + "(Utils?|Manager|Helper|Impl)\\b",
                        "name the class after what it is or does",
                        "final class StringUtils {"),
                TextRule.of(
                        JAVA, "^import [\\w.]+\\*;", "import each class", "import java.util.*;"),
                TextRule.of(JAVA, "@Disabled\\b", "mend the test, or delete it", "@Disabled"),
                TextRule.of(
                        JAVA,
                        "\\borg\\.junit\\.(Assert|Test)\\b|\\borg\\.mockito\\b",
                        "use Jupiter, and the real part",
                        "import org.junit.Assert;"),
                TextRule.of(
                        JAVA,
                        "\\bassertTimeout\\w*\\(",
                        "use @Timeout; figures belong into benches",
                        "assertTimeout(limit, () -> {});"),
                TextRule.of(
                        JAVA,
                        "\\bnew Random\\(\\)|\\bMath\\.random\\(",
                        "use new Random(seed), and name the seed when it fails",
                        "var random = new Random();"),
                TextRule.of(JAVA, "\\bsun\\.misc\\b", "use a VarHandle", "import sun.misc.Unsafe;"),
                TextRule.of(
                        JAVA,
                        "\\bjava\\.util\\.(Date|Calendar)\\b|\\bSimpleDateFormat\\b",
                        "use java.time",
                        "import java.util.Date;"),
                TextRule.of(
                        JAVA,
                        "\\bCollectors\\.toList\\(",
                        "use Stream.toList()",
                        ".collect(Collectors.toList());"),
                TextRule.of(
                        NODE,
                        "\\.printStackTrace\\(",
                        "use a System.Logger",
                        "e.printStackTrace();"),
                TextRule.of(
                        NODE,
                        "\\bSystem\\.(out|err)\\b",
                        "use a System.Logger",
                        "System.out.println();"),
                TextRule.of(
                        NODE,
                        "\\bSystem\\.exit\\(",
                        "throw, and let the composition end",
                        "System.exit(1);"),
                TextRule.of(
                        NODE,
                        "\\bjava\\.util\\.logging\\b",
                        "use System.Logger",
                        "import java.util.logging.Logger;"),
                TextRule.of(
                        MAIN,
                        "\\bnew Thread\\(",
                        "use Thread.ofPlatform() or ofVirtual(), with a name",
                        "new Thread(() -> {}).start();"),
                TextRule.of(
                        MAIN,
                        "\\bExecutors\\.new(Cached|Fixed|Single)\\w*\\(",
                        "use a ThreadPoolExecutor with a bounded queue, or virtual threads",
                        "Executors.newFixedThreadPool(2);"),
                TextRule.of(
                        MAIN,
                        "\\bnew Linked(Blocking|Transfer)(Queue|Deque)(<.*>)?\\(\\)",
                        "give the queue a limit with a name",
                        "new LinkedBlockingQueue<>();"),
                TextRule.of(
                        SIMULATED,
                        "\\bThread\\.sleep\\(",
                        "wait in Agent.await or at a Doorbell",
                        "Thread.sleep(10);"),
                TextRule.of(
                        SIMULATED,
                        "\\bSystem\\.(currentTimeMillis|nanoTime)\\(",
                        "take a dev.squall.base.Clock",
                        "long now = System.nanoTime();"));
    }

    /** The machine's clock, the socket's own retry, and the class that breaks rules on purpose. */
    private static boolean isAllowed(TextRule rule, Path file) {
        var name = SourceTree.name(file);
        return name.equals("Restless.java")
                || (rule.instead().contains("Clock")
                        && List.of("Clock.java", "TcpFabric.java").contains(name));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void noCodeBreaks(TextRule rule) {
        var found = new ArrayList<String>();
        for (var file : SourceTree.java()) {
            if (rule.concerns(file) && !isAllowed(rule, file)) {
                found.addAll(rule.findings(file, JavaCode.of(SourceTree.text(file))));
            }
        }
        assertEquals(List.of(), found);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theRuleFindsItsExampleAndNotItsName(TextRule rule) {
        var file = Path.of("X.java");
        assertEquals(1, rule.findings(file, JavaCode.of(rule.example())).size(), rule.example());
        var quoted = "// " + rule.example() + "\nvar s = \"" + rule.example().strip() + "\";";
        assertEquals(List.of(), rule.findings(file, JavaCode.of(quoted)));
    }

    @Test
    void linesAndFilesCanBeReadAtOnce() {
        var found = new ArrayList<String>();
        for (var file : SourceTree.java()) {
            var lines = SourceTree.text(file).split("\n", -1);
            if (lines.length - 1 > LINES_MAX) {
                found.add(
                        "%s has %d lines; above %d it holds two ideas: give one a class"
                                .formatted(file, lines.length - 1, LINES_MAX));
            }
            for (int i = 0; i < lines.length; i++) {
                int columns = lines[i].codePointCount(0, lines[i].length());
                if (columns > COLUMNS_MAX && !lines[i].startsWith("import ")) {
                    found.add(
                            "%s:%d has %d columns; the limit is %d"
                                    .formatted(file, i + 1, columns, COLUMNS_MAX));
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    void everyPackageSaysWhatItIsAndMarksItsNulls() {
        var packages = new TreeMap<String, String>();
        var directories = new TreeSet<String>();
        for (var file : SourceTree.java()) {
            var path = file.toString().replace('\\', '/');
            var name = path.replaceFirst("/src/[a-z]+/java/", ":").replaceFirst("/[^/]*$", "");
            directories.add(name);
            if (SourceTree.name(file).equals("package-info.java")) {
                packages.put(name, SourceTree.text(file));
            }
        }
        assertTrue(directories.size() > 10, "packages found: " + directories);
        for (var name : directories) {
            var text = packages.get(name);
            assertTrue(text != null, name + " has no package-info.java");
            var doc = LEADING_DOC.matcher(text);
            var sentence = doc.find() ? doc.group(1).replaceAll("[\\s*]+", " ").strip() : "";
            assertTrue(
                    sentence.length() >= SENTENCE_CHARS_MIN && sentence.endsWith("."),
                    name + ": its package-info.java needs a sentence, has '" + sentence + "'");
            assertTrue(text.contains("@NullMarked"), name + ": its package-info.java: @NullMarked");
        }
    }
}
