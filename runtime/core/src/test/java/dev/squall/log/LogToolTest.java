package dev.squall.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogToolTest {

    private static final int SMALL = 4 << 10;

    @TempDir private Path directory = Path.of("."); // set by JUnit
    private Shard shard = new Shard(Path.of("."));
    private List<Long> ends = List.of();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void aLog() throws IOException {
        shard = new Shard(directory);
        var log = shard.log(SMALL);
        try (var journal = shard.journal(log)) {
            ends = Shard.append(log, 1, 4);
            Shard.append(log, 5, 60);
            journal.persist();
        }
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        return new LogTool(
                        FileDisk::look,
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8))
                .run(List.of(args));
    }

    @Test
    void dumpsOneLineARecord() {
        assertEquals(0, run("dump", shard.file(1).toString()));
        var lines = out.toString(UTF_8).lines().toList();
        assertTrue(lines.getFirst().endsWith("prologue of 0 bytes"), lines.getFirst());
        assertTrue(lines.getFirst().contains("shard 3, segment 1, format 7"), lines.getFirst());
        var second = lines.get(2).strip().split(" +");
        assertEquals(
                List.of(
                        ends.getFirst().toString(),
                        "0:2",
                        "1970-01-01T00:00:00.001002Z",
                        "put",
                        "/k/2",
                        "" + Shard.text(2).length(),
                        "B"),
                List.of(second));
        assertTrue(lines.getLast().contains(": whole, "), lines.getLast());
    }

    @Test
    void verifiesManyFilesInOneLineEach() {
        assertEquals(0, run("verify", shard.file(1).toString(), shard.file(2).toString()));
        assertEquals(2, out.toString(UTF_8).lines().count());
    }

    @Test
    void saysWhereWhatIsBadBegins() throws IOException {
        var bytes = shard.read(1);
        var harmed = bytes.clone();
        harmed[(int) (ends.get(1) + 100)] ^= 4; // in the body of the third record
        shard.write(1, harmed);
        assertEquals(1, run("verify", shard.file(1).toString()));
        assertTrue(
                err.toString(UTF_8).contains("bad at byte %d of".formatted(ends.get(1))),
                err.toString(UTF_8));
        assertTrue(err.toString(UTF_8).contains("behind 2 records up to 0:2"));

        shard.write(1, Arrays.copyOf(bytes, (int) (ends.get(2) + 5)));
        assertEquals(1, run("dump", shard.file(1).toString()));
        assertTrue(
                err.toString(UTF_8).contains("bad at byte %d of".formatted(ends.get(2))),
                err.toString(UTF_8));
        assertEquals(4, out.toString(UTF_8).lines().count()); // the head, and three records

        shard.write(1, new byte[200]);
        assertEquals(1, run("verify", shard.file(1).toString()));
        assertTrue(err.toString(UTF_8).contains("bad at byte 0 of 200"), err.toString(UTF_8));
    }

    @Test
    void readsWhatWasCutOffALog() throws IOException {
        var bytes = shard.read(1);
        bytes[(int) (ends.get(1) + 100)] ^= 4;
        shard.write(1, bytes);
        shard.recover();
        var cut = shard.files().stream().filter(CutOff::isName).findFirst().orElseThrow();
        var file = shard.file(1).resolveSibling(cut);
        assertEquals(0, run("dump", file.toString()));
        assertTrue(out.toString(UTF_8).contains("damaged"), out.toString(UTF_8));
        assertEquals(0, run("verify", shard.file(1).toString()));
    }

    @Test
    void tellsHowItIsUsed() throws IOException {
        assertEquals(2, run());
        assertEquals(2, run("dump"));
        assertEquals(2, run("show", "x"));
        assertEquals(0, run("--help"));
        assertEquals(1, run("verify", directory.resolve("none").toString()));
        assertTrue(Files.notExists(directory.resolve("none")));
    }
}
