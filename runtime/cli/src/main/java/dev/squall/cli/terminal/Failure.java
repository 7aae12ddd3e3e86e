package dev.squall.cli.terminal;

/**
 * Something that went wrong for a reason the user can act on: the message names the offending
 * value, the advice says what to do next. It ends the command with exit code 1 and no stack trace.
 */
public class Failure extends RuntimeException {
    private final String advice;

    /**
     * @param message what happened, with the value and the limit
     * @param advice what to do next, a whole sentence; empty when the message already says it
     */
    public Failure(String message, String advice) {
        super(message);
        this.advice = advice;
    }

    /** As above, keeping the cause for those who debug. */
    public Failure(String message, String advice, Throwable cause) {
        super(message, cause);
        this.advice = advice;
    }

    /** The message itself, never null. */
    public final String what() {
        return String.valueOf(getMessage());
    }

    /** What to do next; may be empty. */
    public final String advice() {
        return advice;
    }
}
