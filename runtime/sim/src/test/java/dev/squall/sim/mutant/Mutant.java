package dev.squall.sim.mutant;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A bug to be planted in the source of production classes.
 *
 * @param name what a table calls it
 * @param breaks what does not hold any more
 * @param edits where it is planted
 * @param mix the mix of faults in which it is looked for
 * @param seed the first seed of it that is known to find the bug
 */
record Mutant(String name, String breaks, List<Edit> edits, String mix, long seed) {

    private static final String ANY = "any";

    /** {@link #seed} of a bug that takes longer to find than a build may. */
    static final long RARE = 0;

    /**
     * One change of a source file.
     *
     * @param source the class, as a path below {@code dev/squall} and without its ending
     * @param text what is replaced; stands exactly once in the file, however it is wrapped
     * @param replacement what stands there instead
     */
    record Edit(String source, String text, String replacement) {

        /** The file with the bug in it. */
        String applyTo(String file) {
            var words = Arrays.stream(text.split(" ")).map(Pattern::quote);
            var there = Pattern.compile(words.collect(Collectors.joining("\\s+"))).matcher(file);
            long count = there.results().count();
            if (count != 1) {
                throw new IllegalArgumentException(
                        "%s must hold this exactly once, but holds it %d times: %s"
                                .formatted(source, count, text));
            }
            return there.reset().replaceFirst(Matcher.quoteReplacement(replacement));
        }
    }

    Mutant {
        edits = List.copyOf(edits);
    }

    static Mutant of(String name, String breaks, long seed, Edit... edits) {
        return new Mutant(name, breaks, List.of(edits), ANY, seed);
    }

    /** The same bug, looked for where it is more likely to be met. */
    Mutant in(String other) {
        return new Mutant(name, breaks, edits, other, seed);
    }

    /** A change of a source file. */
    static Edit edit(String source, String text, String replacement) {
        return new Edit(source, text, replacement);
    }

    @Override
    public String toString() {
        return name;
    }
}
