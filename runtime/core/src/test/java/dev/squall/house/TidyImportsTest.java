package dev.squall.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Imports are a file's list of what it knows. A class that is named with its package in the middle
 * of the code is missing there; only of two classes of one name may one be.
 */
class TidyImportsTest {

    private static final Pattern QUALIFIED =
            Pattern.compile(
                    "(?<![.\\w])(?:java|javax|dev|org|com|io|picocli)(?:\\.[a-z][a-z0-9_]*)+"
                            + "\\.([A-Z]\\w*)");

    private static final Pattern OWN =
            Pattern.compile("(?m)^(import|package) .*$|\\b(?:class|record|interface|enum) (\\w+)");

    private static List<String> findings(String name, String source) {
        var found = new ArrayList<String>();
        var code = JavaCode.of(source);
        var lines = code.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            var matcher = QUALIFIED.matcher(lines[i]);
            boolean heading = OWN.matcher(lines[i]).lookingAt();
            while (!heading && matcher.find()) {
                if (!isTaken(code, matcher.group(), matcher.group(1))) {
                    found.add("%s:%d names %s: import it".formatted(name, i + 1, matcher.group()));
                }
            }
        }
        return found;
    }

    /** Whether the simple name means another class in this file. */
    private static boolean isTaken(String code, String qualified, String simple) {
        var another =
                Pattern.compile(
                        "(?m)^import (?!%s;)[\\w.]+\\.%s;$|\\b(class|record|interface|enum) %s\\b"
                                .formatted(Pattern.quote(qualified), simple, simple));
        return another.matcher(code).find();
    }

    @Test
    void codeNamesClassesByTheirImports() {
        var found = new ArrayList<String>();
        for (var file : SourceTree.java()) {
            found.addAll(findings(file.toString(), SourceTree.text(file)));
        }
        assertEquals(List.of(), found);
    }

    @Test
    void aPackageInTheCodeIsFoundUnlessTheNameIsTaken() {
        assertEquals(1, findings("X", "import a.B;\nvar now = java.time.Instant.now();").size());
        assertEquals(1, findings("X", "void f(@org.jspecify.annotations.Nullable B b) {}").size());
        assertEquals(0, findings("X", "import a.Instant;\nvar t = java.time.Instant.MAX;").size());
        assertEquals(0, findings("X", "// java.time.Instant\nvar t = \"java.util.List\";").size());
    }
}
