package dev.squall.cli.terminal;

import java.util.Locale;

/** How a command prints its result; {@code --output} takes the names in lower case. */
public enum OutputForm {
    /** For people: aligned columns. */
    TABLE,
    /** For programs: the server's own answer, indented. */
    JSON,
    /** The same as JSON, as YAML. */
    YAML;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
