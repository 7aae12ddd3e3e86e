package dev.squall.house;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that must not stand in a kind of file.
 *
 * @param files which files, by a regular expression on their paths from the root
 * @param banned what must not stand in a line of them
 * @param instead what to do about it
 * @param example a line that breaks the rule: shows that it looks
 */
record TextRule(Pattern files, Pattern banned, String instead, String example) {

    static TextRule of(String files, String banned, String instead, String example) {
        return new TextRule(Pattern.compile(files), Pattern.compile(banned), instead, example);
    }

    boolean concerns(Path file) {
        return files.matcher(file.toString().replace('\\', '/')).find();
    }

    /** One message for each line that breaks the rule. */
    List<String> findings(Path file, String text) {
        var found = new ArrayList<String>();
        var lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            var matcher = banned.matcher(lines[i]);
            if (matcher.find()) {
                found.add(
                        "%s:%d has '%s': %s"
                                .formatted(file, i + 1, matcher.group().strip(), instead));
            }
        }
        return found;
    }

    @Override
    public String toString() {
        return banned.pattern();
    }
}
