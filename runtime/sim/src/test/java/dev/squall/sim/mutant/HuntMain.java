package dev.squall.sim.mutant;

/**
 * {@code squall sim --bugs}: hunts each mutant from seed 1 on and prints a table. Arguments are
 * words: only mutants whose name holds one of them are hunted.
 */
public final class HuntMain {

    private HuntMain() {}

    /** Exits with 0 when every bug was found, 1 when one was not. */
    public static void main(String[] args) {
        int missed = 0;
        System.out.printf("| planted | breaks | found by | first seed |%n|---|---|---|---|%n");
        for (var mutant : Mutants.ALL) {
            if (asked(mutant, args)) {
                missed += hunt(mutant) ? 0 : 1;
            }
        }
        System.out.printf("%n%d not found within %d seeds%n", missed, Mutants.PATIENCE_SEEDS);
        System.exit(missed == 0 ? 0 : 1);
    }

    private static boolean hunt(Mutant mutant) {
        var found = new Hunt(mutant).search(1, Mutants.PATIENCE_SEEDS);
        var by = found == null ? "nobody" : "`" + found.rule() + "`";
        var seed = found == null ? "-" : String.valueOf(found.seed());
        System.out.printf("| %s | %s | %s | %s |%n", mutant.name(), mutant.breaks(), by, seed);
        if (found != null) {
            System.err.println(found.what());
        }
        return found != null;
    }

    private static boolean asked(Mutant mutant, String... words) {
        for (var word : words) {
            if (mutant.name().contains(word)) {
                return true;
            }
        }
        return words.length == 0;
    }
}
