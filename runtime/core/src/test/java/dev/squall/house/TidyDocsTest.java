package dev.squall.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents: their links lead somewhere, their shape is the one that people expect. */
class TidyDocsTest {

    private static final int README_LINES_MAX = 120;

    /** A link, not a picture, to a file of the project. */
    private static final Pattern LINK =
            Pattern.compile("(?<!!)\\[[^\\]]*\\]\\((?!https?:|#)([^)#]+)(#[^)]*)?\\)");

    private static final List<String> CHANGES =
            List.of("### Safety and performance", "### Features", "### Internals");

    private static final List<String> DECISION =
            List.of("## Objective", "## Decision", "## Why", "## Rejected", "## Consequences");

    private static List<Path> markdown() {
        return SourceTree.FILES.stream().filter(f -> SourceTree.extension(f).equals("md")).toList();
    }

    @Test
    void everyLinkLeadsToAFile() {
        var broken = new ArrayList<String>();
        int links = 0;
        for (var file : markdown()) {
            var folder = SourceTree.ROOT.resolve(file).getParent();
            var matcher = LINK.matcher(SourceTree.text(file));
            while (matcher.find()) {
                links++;
                if (folder == null || !Files.exists(folder.resolve(matcher.group(1)))) {
                    broken.add(file + ": " + matcher.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(links > 20, "links found: " + links);
    }

    @Test
    void theReadmeIsReadAtOnce() {
        long lines = SourceTree.text(Path.of("README.md")).lines().count();
        assertTrue(lines <= README_LINES_MAX, lines + " lines; the limit is " + README_LINES_MAX);
    }

    @Test
    void theChangelogHasItsThreeParts() {
        var lines = SourceTree.text(Path.of("CHANGELOG.md")).lines().toList();
        assertEquals("# Changelog", lines.getFirst());
        int releases = 0;
        int at = 0;
        for (var line : lines) {
            if (line.startsWith("## ")) {
                assertTrue(line.matches("## (Unreleased|\\d+\\.\\d+\\.\\d+ .*)"), line);
                releases++;
                at = 0;
            } else if (line.startsWith("### ")) {
                int part = CHANGES.indexOf(line);
                assertTrue(part >= at, line + ": the parts are " + CHANGES + ", in this order");
                at = part + 1;
            }
        }
        assertTrue(releases > 0, "a changelog without a release");
    }

    @Test
    void decisionsAreNumberedAndSayWhatWasRejected() {
        var decisions =
                SourceTree.FILES.stream()
                        .filter(f -> f.startsWith(Path.of("docs", "adr")))
                        .toList();
        assertTrue(!decisions.isEmpty(), "no decisions in docs/adr");
        int last = 0;
        for (var file : decisions) {
            var text = SourceTree.text(file);
            assertTrue(
                    SourceTree.name(file).matches("\\d{4}-[a-z0-9-]+\\.md"),
                    file + ": decisions are NNNN-what-was-decided.md");
            int number = Integer.parseInt(SourceTree.name(file).substring(0, 4));
            assertTrue(number > last, file + ": two decisions have this number");
            last = number;
            assertTrue(text.startsWith("# " + number + ". "), file + ": its title");
            assertTrue(text.matches("(?s).*\\n\\d{4}-\\d{2}-\\d{2}\\n.*"), file + ": its date");
            for (var heading : DECISION) {
                assertTrue(text.contains("\n" + heading), file + " lacks " + heading);
            }
        }
    }
}
