package dev.squall.sim.mutant;

import java.util.ArrayList;
import java.util.List;

/**
 * {@code squall sim --bugs}: hunts each mutant from seed 1 on and prints a table. Arguments are
 * words: only mutants whose name holds one of them are hunted. {@code --seeds N} gives up earlier;
 * {@code --seed S} begins there, to go on with a hunt.
 */
public final class HuntMain {

    private HuntMain() {}

    /** Exits with 0 when every bug was found, 1 when one was not. */
    public static void main(String[] args) {
        long seeds = Mutants.PATIENCE_SEEDS;
        long first = 1;
        var words = new ArrayList<String>();
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--seeds") && i + 1 < args.length) {
                seeds = Long.parseLong(args[++i]);
            } else if (args[i].equals("--seed") && i + 1 < args.length) {
                first = Long.parseLong(args[++i]);
            } else {
                words.add(args[i]);
            }
        }
        int missed = 0;
        System.out.printf(
                "| planted | breaks | found by | mix | first seed |%n|---|---|---|---|---|%n");
        for (var mutant : Mutants.ALL) {
            if (asked(mutant, words)) {
                missed += hunt(mutant, first, seeds) ? 0 : 1;
            }
        }
        System.out.printf("%n%d not found within %d seeds%n", missed, seeds);
        System.exit(missed == 0 ? 0 : 1);
    }

    private static boolean hunt(Mutant mutant, long first, long seeds) {
        var found = new Hunt(mutant).search(first, first + seeds - 1);
        var by = found == null ? "nobody" : "`" + found.rule() + "`";
        var seed = found == null ? "-" : String.valueOf(found.seed());
        System.out.printf(
                "| %s | %s | %s | %s | %s |%n",
                mutant.name(), mutant.breaks(), by, mutant.mix(), seed);
        if (found != null) {
            System.err.println(found.what());
        }
        return found != null;
    }

    private static boolean asked(Mutant mutant, List<String> words) {
        return words.isEmpty() || words.stream().anyMatch(mutant.name()::contains);
    }
}
