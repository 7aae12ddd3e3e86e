package dev.squall.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One command line, executed within the test's process.
 *
 * @param code the exit code
 */
record Run(int code, String out, String err) {
    static Run of(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code =
                Squall.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }
}
