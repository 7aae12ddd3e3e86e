package dev.squall.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every text of the repository, whatever it is written in. */
class TidyTest {

    private static final String ANY = "";

    static List<TextRule> rules() {
        return List.of(
                TextRule.of(
                        ANY,
                        "\\b(FIXME|TODO|XXX)\\b",
                        "finish it, or write it into docs/STATUS.md as a known gap",
                        "// TODO later"),
                TextRule.of(ANY, "\t", "indent with spaces", "\tint i;"),
                TextRule.of("(?<!\\.md)$", "[ \r]+$", "end the line with its last word", "int i; "),
                TextRule.of(ANY, "^(<{7}|>{7})( |$)", "finish the merge", "<<<<<<< HEAD"),
                TextRule.of(
                        ANY,
                        "(^|[\\s\"'(=:,`])(/work|/root|/home/\\w+|/Users/\\w+|[A-Z]:\\\\)(/|\\b)",
                        "write a path from the project's root, or one below ~ or $DIR",
                        "see /root/notes.md"),
                TextRule.of(
                        ANY,
                        "(?i)\\b(sub-?agents?|co-?workers?|the brief|as instructed|my clone"
                                + "|(this|last|next|another) session)\\b",
                        "the project speaks of itself alone, not of those who write it",
                        "left over from the last session"),
                TextRule.of(
                        ANY,
                        "(?i)\\b(artifactory|jfrog)\\b",
                        "name Maven Central, which everybody reaches",
                        "<url>https://artifactory.example/maven</url>"),
                TextRule.of(
                        "pom\\.xml$",
                        "<artifactId>quarkus-resteasy",
                        "its name is quarkus-rest now",
                        "<artifactId>quarkus-resteasy-reactive</artifactId>"));
    }

    /** The rules themselves have to name what they ban. */
    private static boolean isRule(Path file) {
        return file.toString().replace('\\', '/').contains("/dev/squall/house/Tidy");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void noTextBreaks(TextRule rule) {
        var found = new ArrayList<String>();
        for (var file : SourceTree.texts()) {
            if (rule.concerns(file) && !isRule(file)) {
                found.addAll(rule.findings(file, SourceTree.text(file)));
            }
        }
        assertEquals(List.of(), found);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theRuleFindsItsExample(TextRule rule) {
        assertEquals(1, rule.findings(Path.of("x"), rule.example()).size(), rule.example());
        assertFalse(SourceTree.texts().stream().filter(rule::concerns).toList().isEmpty());
    }

    @Test
    void everyTextEndsWithALineBreak() {
        var without =
                SourceTree.texts().stream()
                        .filter(f -> !SourceTree.text(f).isEmpty())
                        .filter(f -> !SourceTree.text(f).endsWith("\n"))
                        .toList();
        assertEquals(List.of(), without, "end the last line of these");
    }

    /** Who runs a script by its name needs the bit; on other files it only surprises. */
    @Test
    void scriptsCanBeRunAndNothingElse() {
        var scripts = 0;
        for (var file : SourceTree.texts()) {
            boolean script = SourceTree.text(file).startsWith("#!");
            boolean runnable = Files.isExecutable(SourceTree.ROOT.resolve(file));
            assertEquals(script, runnable, file + ": is it a script, and can it be run?");
            scripts += script ? 1 : 0;
        }
        assertTrue(scripts >= 2, "only " + scripts + " scripts found below " + SourceTree.ROOT);
    }
}
