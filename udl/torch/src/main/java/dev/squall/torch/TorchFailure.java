package dev.squall.torch;

/**
 * Makes one line of what libtorch throws: a script's trace over a C++ stack, of which only the last
 * sentence of the script's part says what went wrong.
 */
final class TorchFailure {

    private static final String INTERPRETER_MARK = "RuntimeError: ";
    private static final int MAX_REASON_CHARACTERS = 400;

    private TorchFailure() {}

    /** The reason in at most {@value #MAX_REASON_CHARACTERS} characters. */
    static String reason(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        int mark = message.lastIndexOf(INTERPRETER_MARK);
        String text = mark < 0 ? message : message.substring(mark + INTERPRETER_MARK.length());
        String line = text.strip().lines().findFirst().orElse(e.getClass().getSimpleName());
        return line.length() <= MAX_REASON_CHARACTERS
                ? line
                : line.substring(0, MAX_REASON_CHARACTERS) + "...";
    }
}
