package dev.squall.log;

import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A shard's log on a real disk below a test's own directory. */
final class Shard {

    static final int NUMBER = 3;

    /** The time of a recovery. */
    static final long MICROS = 1_790_000_000_000_000L;

    private final Path directory;
    final FileDisk disk;

    Shard(Path directory) {
        this.directory = directory;
        this.disk = new FileDisk(directory);
    }

    Path file(int number) {
        return directory.resolve(Journal.name(NUMBER, number));
    }

    List<String> files() throws IOException {
        return disk.list(Journal.directory(NUMBER));
    }

    Recovery.Recovered recover() throws IOException {
        return Recovery.recover(disk, NUMBER, Log.SEGMENT_BYTES, MICROS);
    }

    /** A new log with small segments, so that a test sees many. */
    Log log(int segmentBytes) {
        return new Log(segmentBytes);
    }

    Journal journal(Log log) {
        return new Journal(disk, NUMBER, log, 1, 0);
    }

    /** A log of its own, with small segments, goes to disk up to a version. */
    void persisted(int segmentBytes, long upTo) throws IOException {
        var log = log(segmentBytes);
        try (var journal = journal(log)) {
            append(log, 1, upTo);
            journal.persist();
        }
    }

    /** Writes these versions of a text each, and returns where each ends in the last file. */
    static List<Long> append(Log log, long from, long to) {
        var ends = new ArrayList<Long>();
        for (long v = from; v <= to; v++) {
            var record = Records.put("/k/" + v % 3, text(v));
            long at = log.append(record, 0, v, 1000 + v);
            ends.add(Log.offset(at) + RecordLayout.footprint(RecordLayout.length(record, 0)));
        }
        return ends;
    }

    static String text(long version) {
        return "version " + version + " ".repeat((int) (version % 40)) + ".";
    }

    /** The versions in a log, each checked to be what was written. */
    static List<Long> versions(Log log) {
        var found = new ArrayList<Long>();
        log.visit(
                log.first(),
                (_, m, at) -> {
                    long version = RecordLayout.version(m, at);
                    boolean whole =
                            Records.text(m, at).equals(text(version))
                                    && RecordLayout.timestamp(m, at) == 1000 + version;
                    found.add(whole ? version : -version);
                    return true;
                });
        return found;
    }

    static List<Long> upTo(long version) {
        var all = new ArrayList<Long>();
        for (long v = 1; v <= version; v++) {
            all.add(v);
        }
        return all;
    }

    void write(int number, byte[] content) throws IOException {
        Files.createDirectories(file(number).getParent());
        Files.write(file(number), content);
    }

    byte[] read(int number) throws IOException {
        return Files.readAllBytes(file(number));
    }
}
