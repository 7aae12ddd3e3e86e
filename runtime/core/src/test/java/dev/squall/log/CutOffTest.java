package dev.squall.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a recovery cuts off is in the file that it names: no more, no less. */
@Timeout(60)
class CutOffTest {

    private static final int SMALL = 1024;

    @TempDir private Path directory = Path.of("."); // set by JUnit
    private Shard shard = new Shard(Path.of("."));

    @BeforeEach
    void anEmptyDirectory() {
        shard = new Shard(directory);
    }

    /** The records of a file, and the bytes that were none. */
    private record Content(long previous, List<Long> versions, List<Byte> damaged) {}

    private static List<Byte> bytes(byte[] array) {
        var list = new ArrayList<Byte>();
        for (byte b : array) {
            list.add(b);
        }
        return list;
    }

    private Content read(String name) throws IOException {
        var damaged = new ByteArrayOutputStream();
        var versions = new ArrayList<Long>();
        try (var file = shard.disk.open(Journal.directory(Shard.NUMBER) + "/" + name)) {
            var m = file.map();
            assertTrue(SegmentHeader.whole(m), name);
            long at = LogSegment.HEADER_BYTES;
            while (at < m.byteSize()) {
                assertTrue(RecordLayout.valid(m, at, m.byteSize() - at), name + " at " + at);
                if (RecordLayout.kind(m, at) == RecordLayout.KIND_DAMAGED) {
                    var payload = m.asSlice(RecordLayout.payloadAt(m, at));
                    int length = RecordLayout.payloadLength(m, at);
                    damaged.write(payload.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                } else {
                    long version = RecordLayout.version(m, at);
                    assertEquals(Shard.text(version), Records.text(m, at));
                    versions.add(version);
                }
                at += RecordLayout.footprint(RecordLayout.length(m, at));
            }
            assertEquals(at, m.byteSize(), "the last record is padded like the others");
            return new Content(SegmentHeader.previous(m), versions, bytes(damaged.toByteArray()));
        }
    }

    private List<String> cuts() throws IOException {
        return shard.files().stream().filter(CutOff::isName).toList();
    }

    private Recovery.Recovered recover(long limit) throws IOException {
        return Recovery.recover(shard.disk, Shard.NUMBER, SMALL, limit, Shard.MICROS, _ -> {});
    }

    private static List<Long> versions(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void whatTheGroupNeverAgreedOnIsKept() throws IOException {
        shard.persisted(SMALL, 60);
        var found = recover(33);
        assertEquals(Shard.upTo(33), Shard.versions(found.log()));
        var kept = Objects.requireNonNull(found.kept());
        assertEquals(List.of(kept.file()), cuts());
        assertEquals(new CutOff.Kept("cut-1790000000000000.log", 27, 34, 60, 0, 0), kept);
        assertEquals(33, read(kept.file()).previous());
        assertEquals(versions(34, 60), read(kept.file()).versions());
        assertEquals(0, read(kept.file()).damaged().size());
        var again = recover(Long.MAX_VALUE);
        assertEquals(Shard.upTo(33), Shard.versions(again.log()), "and the log is what it was");
        assertNull(again.kept());
    }

    @Test
    void aWholeLogMayGo() throws IOException {
        shard.persisted(SMALL, 60);
        var kept = Objects.requireNonNull(recover(0).kept());
        assertEquals(versions(1, 60), read(kept.file()).versions());
        assertEquals(cuts(), shard.files());
    }

    @Test
    void aTornTailIsKeptByteByByte() throws IOException {
        shard.persisted(SMALL, 4);
        byte[] whole = shard.read(1);
        long begin = LogSegment.HEADER_BYTES;
        for (int cut = 1; cut < whole.length; cut++) {
            shard.write(1, Arrays.copyOf(whole, cut));
            var found = recover(Long.MAX_VALUE);
            long stays = found.log().tail() == 0 ? 0 : Log.offset(found.log().tail());
            var kept = found.kept();
            boolean headerAlone = stays == 0 && cut == begin;
            if (stays == cut || headerAlone) {
                assertNull(kept, "nothing was cut at " + cut);
                continue;
            }
            var content = read(Objects.requireNonNull(kept, "cut at " + cut).file());
            int from = (int) (stays == 0 && cut > begin ? begin : stays);
            // A record may be whole but for its padding: then it is kept as one.
            if (content.versions().isEmpty()) {
                assertEquals(bytes(Arrays.copyOfRange(whole, from, cut)), content.damaged());
            } else {
                assertEquals(found.log().lastVersion() + 1, content.versions().getFirst());
                assertEquals(0, content.damaged().size(), "cut at " + cut);
            }
        }
    }

    @Test
    void behindADamageAllThatIsStillWholeIsKept() throws IOException {
        var random = new Random(5);
        for (int round = 0; round < 30; round++) {
            anEmptyDirectory();
            for (var file : shard.files()) {
                shard.disk.delete(Journal.directory(Shard.NUMBER) + "/" + file);
            }
            shard.persisted(SMALL, 40);
            byte[] harmed = shard.read(2);
            int at = LogSegment.HEADER_BYTES + random.nextInt(harmed.length - 64);
            harmed[at] ^= (byte) (1 << random.nextInt(8));
            shard.write(2, harmed);
            var found = recover(Long.MAX_VALUE);
            long last = found.log().lastVersion();
            if (last == 40) {
                continue; // in the padding of a record, which means nothing
            }
            var kept = Objects.requireNonNull(found.kept());
            assertEquals(versions(last + 2, 40), read(kept.file()).versions(), "byte " + at);
            int length = read(kept.file()).damaged().size();
            assertEquals(kept.damaged(), length);
            assertTrue(length >= RecordLayout.HEADER_BYTES, "one record is damaged: " + length);
        }
    }

    @Test
    void soManyFilesAreKeptAndTheOldestGo() throws IOException {
        for (int i = 1; i <= CutOff.FILES_MAX + 3; i++) {
            shard.persisted(SMALL, 20);
            assertEquals(15 + i % 5, recover(15 + i % 5).log().lastVersion());
        }
        var files = cuts();
        assertEquals(CutOff.FILES_MAX, files.size());
        assertEquals("cut-1790000000000003.log", files.getFirst());
        assertEquals("cut-1790000000000018.log", files.getLast(), "in one microsecond");
    }

    @Test
    void ofMoreThanSoManyBytesTheEndIsKept() throws IOException {
        var log = new Log();
        var large = new byte[30 << 20];
        for (int version = 1; version <= 3; version++) {
            log.append(Records.put("/p/large", large), 0, version, version);
        }
        var cut = new CutOff(shard.disk, Shard.NUMBER, Shard.MICROS).behind(log, 0);
        var kept = Objects.requireNonNull(cut.write(1, 0));
        assertEquals(new CutOff.Kept(kept.file(), 2, 2, 3, 0, 1), kept);
        assertTrue(kept.toString().endsWith("1 before them were too many"), kept.toString());
        var next = new CutOff(shard.disk, Shard.NUMBER, Shard.MICROS).behind(log, 2);
        assertEquals(1, Objects.requireNonNull(next.write(1, 2)).records());
        assertEquals(List.of("cut-1790000000000001.log"), cuts(), "the older one had to go");
    }

    /** Better a node that does not start than one that forgets what it had. */
    @Test
    void whatCannotBeKeptIsNotCut() throws IOException {
        shard.persisted(SMALL, 60);
        var before = shard.files();
        var refuses = new NoNewFiles(shard.disk);
        assertThrows(
                IOException.class,
                () -> Recovery.recover(refuses, Shard.NUMBER, SMALL, 33, Shard.MICROS, _ -> {}));
        assertEquals(before, shard.files());
        assertEquals(Shard.upTo(60), Shard.versions(recover(Long.MAX_VALUE).log()));
    }

    /** A disk without room. */
    private record NoNewFiles(Disk disk) implements Disk {

        @Override
        public List<String> directories() throws IOException {
            return disk.directories();
        }

        @Override
        public List<String> list(String directory) throws IOException {
            return disk.list(directory);
        }

        @Override
        public DiskFile open(String name) throws IOException {
            if (name.contains("cut-")) {
                throw new IOException("no space left on device");
            }
            return disk.open(name);
        }

        @Override
        public void delete(String name) throws IOException {
            disk.delete(name);
        }

        @Override
        public void syncDirectory(String directory) throws IOException {
            disk.syncDirectory(directory);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            disk.rename(from, to);
        }

        @Override
        public void replace(String name, byte[] content) throws IOException {
            disk.replace(name, content);
        }

        @Override
        public byte[] read(String name) throws IOException {
            return disk.read(name);
        }
    }
}
