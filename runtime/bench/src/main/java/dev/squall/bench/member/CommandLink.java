package dev.squall.bench.member;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** A member's end of the line to the bench: one command, one answer, and what it tells beside. */
public final class CommandLink {

    /** Does one command. What it throws is the answer {@code failed}. */
    public interface Command {

        Message carryOut(Message command) throws Exception;
    }

    private final PrintStream out;

    public CommandLink(PrintStream out) {
        this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    }

    /** Answers commands until there is no more input: whoever asks has gone. */
    public void serve(InputStream in, Command does) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            tell(answer(line, does));
        }
    }

    /** Writes a line and lets it go at once: many threads. */
    public void tell(Message message) {
        synchronized (out) {
            out.println(message.line());
            out.flush();
        }
    }

    private static Message answer(String line, Command does) {
        try {
            var command = Message.parse(line);
            if (command == null) {
                throw new IllegalArgumentException("not a command: " + line);
            }
            return does.carryOut(command);
        } catch (Exception e) {
            return Message.of("failed", "why", String.valueOf(e.getMessage()));
        }
    }
}
