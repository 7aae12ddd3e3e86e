package dev.squall.sim.check;

/** Something that must always hold does not. */
public final class Violation extends RuntimeException {

    private final String rule;

    /**
     * @param rule the checker that found it
     * @param what what it saw, with the numbers
     */
    public Violation(String rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
    }

    public Violation(String rule, String what, Throwable cause) {
        super(rule + ": " + what, cause);
        this.rule = rule;
    }

    /** The checker that found it. */
    public String rule() {
        return rule;
    }
}
