package dev.squall.bench.cluster;

import dev.squall.base.Failure;
import dev.squall.bench.member.Message;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The process of one member, and the line to it. A thread reads what it says: {@code acknowledged}
 * and {@code record} go to whoever listens, everything else is the answer to a command.
 *
 * <p>Commands by one thread. It ends by itself when this process does, for its input ends then.
 */
public final class MemberProcess implements AutoCloseable {

    /** How long a command may take: 180 s. */
    public static final long ANSWER_SECONDS_MAX = 180;

    private static final long CLOSE_SECONDS_MAX = 15;

    /** Answers that may wait to be taken; commands are asked one by one. */
    private static final int ANSWERS_MAX = 16;

    private static final int LOG_LINES = 20;
    private static final Message GONE = Message.of("gone");

    private final int id;
    private final Path log;
    private final Process process;
    private final BufferedWriter input;
    private final Thread reader;
    private final ArrayBlockingQueue<Message> answers = new ArrayBlockingQueue<>(ANSWERS_MAX);
    private volatile Consumer<Message> listener = _ -> {};

    private MemberProcess(int id, Path log, Process process) {
        this.id = id;
        this.log = log;
        this.process = process;
        this.input =
                new BufferedWriter(
                        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.reader = Thread.ofPlatform().name("member-" + id).daemon().start(this::read);
    }

    /**
     * Starts a process.
     *
     * @param command the whole command line
     * @param log where its standard error goes, appended
     */
    static MemberProcess start(int id, List<String> command, Path log) throws IOException {
        var process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new MemberProcess(id, log, process);
    }

    private void read() {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = lines.readLine();
            while (line != null) {
                take(Message.parse(line));
                line = lines.readLine();
            }
        } catch (IOException _) {
            // A killed process takes its end of the pipe along: the same as its end.
        }
        answers.add(GONE);
    }

    private void take(@Nullable Message message) {
        if (message == null) {
            return; // half a line, cut off by the end of the process
        }
        switch (message.word()) {
            case "acknowledged", "record" -> listener.accept(message);
            default -> answers.add(message);
        }
    }

    public int id() {
        return id;
    }

    /** Who hears what the process tells beside its answers, on the reading thread. */
    public void listen(Consumer<Message> to) {
        listener = to;
    }

    /** Sends a command, and waits for its answer. */
    public Message ask(Message command) {
        tell(command);
        return answer();
    }

    /** Sends a command; {@link #answer} must follow. */
    public void tell(Message command) {
        try {
            input.write(command.line());
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw gone("does not take the command '" + command.word() + "'");
        }
    }

    /** The next answer. */
    public Message answer() {
        try {
            var answer = answers.poll(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
            if (answer == null) {
                throw gone("has not answered for " + ANSWER_SECONDS_MAX + " s");
            }
            return switch (answer.word()) {
                case "gone" -> throw gone("has ended");
                case "failed" -> throw gone("says: " + answer.text("why"));
                default -> answer;
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Failure gone(String what) {
        return new Failure(
                Failure.Kind.UNAVAILABLE, "member %d %s%n%s".formatted(id, what, logEnd()));
    }

    private String logEnd() {
        try {
            var lines = Files.readAllLines(log);
            return String.join(
                    System.lineSeparator(),
                    lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Kills the process with SIGKILL, without waiting. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits until the process has ended and everything that it said was heard. */
    void awaitEnd() {
        try {
            if (!process.waitFor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            reader.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS_MAX));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Ends the process by ending its input, or forcibly when it does not hear. */
    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException _) {
            process.destroyForcibly(); // it has ended already, or never will by itself
        }
        awaitEnd();
    }
}
