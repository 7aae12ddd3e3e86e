package dev.squall.log;

import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.StringJoiner;

/**
 * {@code squall log dump|verify FILE...}: shows the records of a log's files, one a line, or says
 * whether they are what was written. Nothing is changed, and no node is needed.
 */
public final class LogTool {

    private static final String USAGE =
            """
            usage: squall log dump FILE...     one line for each record
                   squall log verify FILE...   one line for each file
              FILE   a segment (shard-N/NNNNNNNNNN.log) or what was cut off a log
                     (shard-N/cut-MICROS.log), below a node's data directory
            Exits with 1 when a file cannot be read or holds something that is not what was written;
            the line says at which byte that begins.
            """;

    /** Gives the bytes of a file, read-only. */
    public interface Files {
        MemorySegment open(Path file) throws IOException;
    }

    private final Files files;
    private final PrintStream out;
    private final PrintStream err;

    /** With where to print what was asked for, and what is wrong. */
    public LogTool(Files files, PrintStream out, PrintStream err) {
        this.files = files;
        this.out = out;
        this.err = err;
    }

    /** Returns 0 when all is what was written, 1 when not, 2 when misused. */
    public int run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            out.print(USAGE);
            return 0;
        }
        boolean dump = !args.isEmpty() && args.getFirst().equals("dump");
        boolean verify = !args.isEmpty() && args.getFirst().equals("verify");
        if (args.size() < 2 || (!dump && !verify)) {
            err.print("squall log: what to do, and with which file?\n" + USAGE);
            return 2;
        }
        int code = 0;
        for (var name : args.subList(1, args.size())) {
            code = Math.max(code, look(Path.of(name), dump));
        }
        return code;
    }

    private int look(Path name, boolean dump) {
        try {
            var file = new LogFile(files.open(name));
            if (dump && file.begins()) {
                out.println(name + ": " + file.describe());
            }
            var found =
                    file.look((m, at) -> {
                        if (dump) {
                            out.println(line(m, at));
                        }
                    });
            if (found.whole()) {
                out.printf(
                        "%s: whole, %d records in %d bytes, up to %s%s%n",
                        name,
                        found.records(),
                        found.end(),
                        LogFile.text(found.last()),
                        found.end() < file.bytes()
                                ? "; then %d old bytes".formatted(file.bytes() - found.end())
                                : "");
                return 0;
            }
            err.printf(
                    "%s: bad at byte %d of %d, behind %d records up to %s: %s%n",
                    name,
                    found.badAt(),
                    file.bytes(),
                    found.records(),
                    LogFile.text(found.last()),
                    found.why());
            return 1;
        } catch (IOException | InternalError e) {
            err.printf("%s: cannot be read: %s%n", name, e);
            return 1;
        }
    }

    /** A record in one line: where, version, time, what, key, bytes of its payload, producer. */
    static String line(MemorySegment m, long at) {
        var line = new StringBuilder();
        line.append("%10d  %-12s  ".formatted(at, LogFile.text(RecordLayout.version(m, at))));
        line.append(Instant.EPOCH.plus(RecordLayout.timestamp(m, at), ChronoUnit.MICROS) + "  ");
        line.append("%-9s".formatted(kind(RecordLayout.kind(m, at))));
        var key = RecordLayout.key(m, at);
        line.append(key.isEmpty() ? "" : " " + printable(key));
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_BATCH) {
            line.append(" of " + parts(m, at));
        }
        line.append("  %d B".formatted(RecordLayout.payloadLength(m, at)));
        var producer = RecordLayout.producer(m, at);
        if (!producer.isEmpty()) {
            line.append(
                    "  by %s/%d/%d"
                            .formatted(
                                    printable(producer),
                                    RecordLayout.incarnation(m, at),
                                    RecordLayout.sequence(m, at)));
        }
        return line.toString();
    }

    private static String parts(MemorySegment m, long at) {
        var parts = new StringJoiner(", ", "[", "]");
        for (long p = BatchLayout.firstPart(m, at); p >= 0; p = BatchLayout.nextPart(m, p)) {
            parts.add(
                    kind(RecordLayout.kind(m, p)).strip()
                            + " "
                            + printable(RecordLayout.key(m, p))
                            + " "
                            + RecordLayout.payloadLength(m, p)
                            + " B");
        }
        return parts.toString();
    }

    /** Keys come from outside: what would move a terminal's cursor is shown by its number. */
    private static String printable(String text) {
        var shown = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c)) {
                        shown.append("\\u%04x".formatted(c));
                    } else {
                        shown.appendCodePoint(c);
                    }
                });
        return shown.toString();
    }

    private static String kind(int kind) {
        return switch (kind) {
            case RecordLayout.KIND_PUT -> "put";
            case RecordLayout.KIND_DELETE -> "delete";
            case RecordLayout.KIND_BATCH -> "batch";
            case RecordLayout.KIND_SESSIONS -> "sessions";
            case RecordLayout.KIND_DAMAGED -> "damaged";
            case RecordLayout.KIND_CHUNK -> "chunk";
            case RecordLayout.KIND_MANIFEST -> "manifest";
            case RecordLayout.KIND_LABEL -> "label";
            case RecordLayout.KIND_KEPT -> "kept";
            default -> "kind " + kind;
        };
    }
}
