package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Checkpoint;
import dev.squall.log.FileDisk;
import dev.squall.log.Journal;
import dev.squall.log.Recovery;
import dev.squall.log.Soundness;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is opened by a checkpoint is what the whole log comes to, or the checkpoint goes. */
@Timeout(120)
class CheckpointTest {

    private static final int SHARD = 7;
    private static final int SEGMENT = 4096;
    private static final int KEYS = 60;
    private static final long MICROS = 1_790_000_000_000_000L;

    @TempDir private Path directory = Path.of("."); // set by JUnit

    /** A shard that runs: its log goes to disk after each step. */
    private final class Running {
        final FileDisk disk = new FileDisk(directory);
        final PoolSpec pool;
        final Recovery.Recovered found;
        final ShardStore store;
        long version;
        long serial;

        Running(Retention retention, long limit) throws IOException {
            pool = new PoolSpec("p", StoreKind.PERSISTENT, 1, 1, "", retention, "any");
            found = Recovery.recover(disk, SHARD, SEGMENT, limit, MICROS, _ -> {});
            store = new ShardStore(SHARD, pool, found.log(), (_, _, _) -> {});
            store.recover(found.checkpoint());
            version = found.log().lastVersion();
        }

        Running(Retention retention) throws IOException {
            this(retention, Long.MAX_VALUE);
        }

        void put(Random random, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                var key = "/p/key-" + random.nextInt(KEYS);
                boolean delete = random.nextInt(12) == 0;
                var kind = delete ? RecordLayout.KIND_DELETE : RecordLayout.KIND_PUT;
                var text = delete ? "" : "text " + version + "x".repeat(random.nextInt(300));
                var producer = random.nextBoolean() ? "" : "edge-" + random.nextInt(9);
                var m = Records.of(kind, key, producer, text.getBytes(StandardCharsets.UTF_8));
                RecordLayout.writeRequest(m, 0, 0, RecordLayout.ANY, 1, version);
                RecordLayout.stamp(m, 0, 1000 + 10 * version);
                var _ = store.apply(m, 0, ++version);
            }
            found.journal().persist();
        }

        Checkpoint checkpoint() throws IOException {
            found.journal().persist();
            var log = store.log().snapshot();
            assertTrue(found.journal().beginsLike(log));
            var before = Checkpoint.read(disk, SHARD);
            boolean fits = before != null && before.describes(log);
            var next =
                    SealedFold.fold(
                            log, found.journal().sealedBefore(), pool, fits ? before : null);
            Checkpoint.publish(disk, SHARD, next.write(disk, SHARD, ++serial));
            return next;
        }

        void opensAsAWhole(String which) {
            var whole = new ShardStore(SHARD, pool, store.log().snapshot(), (_, _, _) -> {});
            whole.recover(null);
            assertEquals(-1, store.state().mismatch(whole.state()), which);
            assertEquals(read(whole), read(store), which);
        }

        private Map<String, List<Long>> read(ShardStore from) {
            var all = new TreeMap<String, List<Long>>();
            for (var key : from.keys("/p", "", Long.MAX_VALUE, 10 * KEYS)) {
                var versions = new ArrayList<Long>();
                from.history(key, 0, Long.MAX_VALUE, 10_000)
                        .forEach(o -> versions.add(o.version()));
                all.put(key, versions);
            }
            return all;
        }
    }

    private static final List<Retention> RETENTIONS =
            List.of(
                    Retention.ALL,
                    new Retention(2, 0, 0),
                    new Retention(0, 6 * SEGMENT, 0),
                    new Retention(3, 0, 5));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aShardThatIsOpenedAgainAndAgainHasWhatItsWholeLogComesTo(int which) throws IOException {
        var random = new Random(which);
        int believed = 0;
        for (int life = 0; life < 12; life++) {
            var running = new Running(RETENTIONS.get(which));
            believed += running.found.checkpoint() == null ? 0 : 1;
            running.opensAsAWhole("life " + life);
            running.put(random, 40 + random.nextInt(200));
            if (running.found.journal().sealedBefore() > 1 && random.nextInt(3) > 0) {
                var _ = running.checkpoint();
            }
            running.put(random, random.nextInt(120));
            running.found.journal().close();
        }
        assertTrue(believed >= 3, believed + " of 12 were opened by a checkpoint");
    }

    private Path file() {
        return directory.resolve(Journal.directory(SHARD)).resolve("checkpoint");
    }

    private Running filled() throws IOException {
        var running = new Running(Retention.ALL);
        running.put(new Random(5), 300);
        return running;
    }

    private @Nullable Checkpoint opened() throws IOException {
        var running = new Running(Retention.ALL);
        running.opensAsAWhole("opened");
        running.found.journal().close();
        return running.found.checkpoint();
    }

    @Test
    void aCheckpointThatIsHarmedAnywhereGoes() throws IOException {
        var running = filled();
        var _ = running.checkpoint();
        byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < good.length; at += at < 200 ? 1 : 37) {
            byte[] harmed = good.clone();
            harmed[at] ^= 1;
            Files.write(file(), harmed);
            boolean means = at < 56 || at >= 64; // what lies between is not used
            assertEquals(means, opened() == null, "byte " + at);
            assertEquals(means, !Files.exists(file()), "byte " + at);
        }
    }

    @Test
    void aCheckpointThatIsCutAnywhereGoes() throws IOException {
        var running = filled();
        var _ = running.checkpoint();
        byte[] good = Files.readAllBytes(file());
        for (int length = 0; length < good.length; length += length < 200 ? 1 : 41) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertNull(opened(), "cut to " + length);
        }
        Files.write(file(), good);
        assertNotNull(opened());
    }

    @Test
    void whatWasLeftUnfinishedGoes() throws IOException {
        var running = filled();
        running.checkpoint().write(running.disk, SHARD, 99);
        var left = file().resolveSibling("checkpoint-99.new");
        assertTrue(Files.exists(left));
        assertNotNull(opened());
        assertFalse(Files.exists(left));
    }

    @Test
    void aCutBehindItLeavesACheckpointAndOneWhereItCoversDoesNot() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        var behind = new Running(Retention.ALL, made.version() + 2);
        assertNotNull(behind.found.checkpoint());
        assertEquals(made.version() + 2, behind.found.log().lastVersion());
        behind.opensAsAWhole("cut behind it");
        var within = new Running(Retention.ALL, made.version() - 2);
        assertNull(within.found.checkpoint());
        assertEquals(made.version() - 2, within.found.log().lastVersion());
        within.opensAsAWhole("cut within it");
        assertFalse(Files.exists(file()));
    }

    /** As if its deletion had been lost: the log was cut since, and has grown again. */
    @Test
    void aCheckpointFromBeforeACutIsNotBelieved() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        byte[] old = Files.readAllBytes(file());
        var cut = new Running(Retention.ALL, made.version() - 10);
        cut.version = made.version() + 1000;
        cut.put(new Random(6), 300);
        Files.write(file(), old);
        assertNull(opened());
    }

    @Test
    void aCheckpointThatIsNewerThanItsLogIsNotBelieved() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        for (int number = 1_000; number >= made.end() - 1; number--) {
            Files.deleteIfExists(directory.resolve(Journal.name(SHARD, number)));
        }
        assertNull(opened());
    }

    @Test
    void allThatIsBehindACheckpointMayBeLost() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        for (int number = 1_000; number >= made.end(); number--) {
            Files.deleteIfExists(directory.resolve(Journal.name(SHARD, number)));
        }
        var again = new Running(Retention.ALL);
        assertNotNull(again.found.checkpoint());
        assertEquals(made.version(), again.found.log().lastVersion());
        again.opensAsAWhole("without what was behind it");
        again.put(new Random(7), 200);
        again.opensAsAWhole("and written on");
        var _ = opened();
    }

    private void harm(int number) throws IOException {
        var path = directory.resolve(Journal.name(SHARD, number));
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length / 2] ^= 4;
        Files.write(path, bytes);
    }

    /** As a replica does, when harm is known: the log is cut before it. */
    private Running repaired(Running harmed) throws IOException {
        var log = harmed.found.log();
        long keep = log.newestBefore(log.soundness().harmed());
        var made = Objects.requireNonNull(harmed.found.checkpoint());
        assertTrue(keep < made.version(), keep + " is not within what the checkpoint covers");
        harmed.found.journal().close();
        var cut = new Running(Retention.ALL, keep);
        assertNull(cut.found.checkpoint());
        assertFalse(Files.exists(file()));
        assertEquals(keep, cut.found.log().lastVersion());
        cut.opensAsAWhole("cut at the damage");
        return cut;
    }

    @Test
    void whatIsHarmedBehindTheBackOfACheckpointIsFoundByItsReaderAndCut() throws IOException {
        var running = filled();
        var _ = running.checkpoint();
        running.found.journal().close();
        harm(2);
        var again = new Running(Retention.ALL);
        assertNotNull(again.found.checkpoint());
        int refused = 0;
        for (int key = 0; key < KEYS; key++) {
            for (long version = 1; version <= again.version; version++) {
                var read = again.store.getVersion("/p/key-" + key, version);
                boolean damaged =
                        read instanceof ReadResult.Missing(var why)
                                && why == ReadResult.Why.DAMAGED;
                refused += damaged ? 1 : 0;
            }
        }
        assertTrue(refused > 0);
        repaired(again).found.journal().close();
    }

    @Test
    void theScrubFindsWhatNobodyReads() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        running.found.journal().close();
        var good = new Running(Retention.ALL);
        int steps = 0;
        while (good.found.scrub().step()) {
            steps++;
        }
        assertEquals(made.end() - made.firstNumber(), steps);
        assertFalse(good.store.log().soundness().isHarmed());
        good.opensAsAWhole("scrubbed");
        good.found.journal().close();
        harm(1);
        var again = new Running(Retention.ALL);
        var soundness = again.store.log().soundness();
        assertFalse(soundness.isHarmed());
        while (again.found.scrub().step()) {
            assertFalse(soundness.isHarmed());
        }
        assertEquals(1, soundness.harmed() >>> 32);
        repaired(again).found.journal().close();
    }

    /** What comes behind the checkpoint rests on records that nobody has read yet. */
    @Test
    void anIndexThatCannotBeMadeForDamageIsMadeOfWhatIsLeft() throws IOException {
        var running = filled();
        var made = running.checkpoint();
        running.put(new Random(8), 60);
        running.found.journal().close();
        for (int number = made.firstNumber() + 1; number < made.end() - 1; number++) {
            var path = directory.resolve(Journal.name(SHARD, number));
            byte[] bytes = Files.readAllBytes(path);
            for (int at = (bytes.length / 2 & -32) + 4; at < bytes.length; at += 32) {
                bytes[at] ^= 1;
            }
            Files.write(path, bytes);
        }
        assertThrows(Soundness.Harmed.class, () -> new Running(Retention.ALL));
        Checkpoint.delete(running.disk, SHARD);
        var whole = new Running(Retention.ALL);
        assertTrue(whole.found.cutBytes() > 0);
        whole.opensAsAWhole("cut at the damage");
    }

    @Test
    void noCheckpointIsMadeOfWhatIsHarmed() throws IOException {
        var running = filled();
        running.found.journal().close();
        harm(2);
        assertThrows(Soundness.Harmed.class, running::checkpoint);
        assertFalse(Files.exists(file()));
    }

    /** The index need not read old records to be made: only their places are known. */
    @Test
    void manyKeysAreOpenedWithoutTheirRecords() throws IOException {
        var running = new Running(Retention.ALL);
        for (int i = 0; i < 20_000; i++) {
            var m = Records.put("/p/k" + i, "v" + i);
            var _ = running.store.apply(m, 0, ++running.version);
        }
        running.found.journal().persist();
        var made = running.checkpoint();
        running.found.journal().close();
        for (int number = made.firstNumber(); number < made.end() - 1; number++) {
            harm(number);
        }
        var again = new Running(Retention.ALL);
        assertEquals(20_000, again.store.keyCount());
    }
}
