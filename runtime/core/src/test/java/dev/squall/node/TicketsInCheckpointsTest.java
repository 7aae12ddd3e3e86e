package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.log.Checkpoint;
import dev.squall.log.FileDisk;
import dev.squall.log.Recovery;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.SealedFold;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.store.Tickets;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is open of batches over several shards is still open after a start by a checkpoint. */
@Timeout(120)
class TicketsInCheckpointsTest {

    private static final int SHARD = 2;
    private static final int SEGMENT = 4096;
    private static final Producer WHO = new Producer("who", 1, 7);
    private static final List<Retention> RETENTIONS =
            List.of(Retention.ALL, new Retention(1, 0, 0), new Retention(0, 4 * SEGMENT, 0));

    @TempDir private Path directory = Path.of("."); // set by JUnit

    private final class Running {
        final FileDisk disk = new FileDisk(directory);
        final PoolSpec pool;
        final Recovery.Recovered found;
        final ShardStore store;
        long version;

        Running(Retention retention) throws IOException {
            pool = new PoolSpec("p", StoreKind.PERSISTENT, 2, 1, "", retention, "any");
            found = Recovery.recover(disk, SHARD, SEGMENT, 1);
            store = new ShardStore(SHARD, pool, found.log(), (_, _, _) -> {});
            store.recover(found.checkpoint());
            version = Math.max(0, found.log().lastVersion());
        }

        Outcome apply(Message message, long stamp) {
            var m = Arena.ofAuto().allocate(message.length(), 32);
            message.write(m, 0, stamp);
            return store.apply(m, 0, ++version);
        }

        void checkpoint() throws IOException {
            found.journal().persist();
            var log = store.log().snapshot();
            if (found.journal().beginsLike(log)) {
                var before = Checkpoint.read(disk, SHARD);
                boolean fits = before != null && before.describes(log);
                var next =
                        SealedFold.fold(
                                log, found.journal().sealedBefore(), pool, fits ? before : null);
                Checkpoint.publish(disk, SHARD, next.write(disk, SHARD, 1));
            }
        }

        void end() throws IOException {
            found.journal().persist();
            found.journal().close();
        }

        /** By what it has of its log, and by the whole of it. */
        void opensAsAWhole(String which) {
            var whole = new ShardStore(SHARD, pool, store.log().snapshot(), (_, _, _) -> {});
            whole.recover(null);
            assertEquals(whole.tickets().open(), store.tickets().open(), which);
            assertEquals(-1, store.state().mismatch(whole.state()), which);
        }
    }

    private static Ticket ticket(long serial) {
        return new Ticket(5, 1, serial, List.of(1, SHARD));
    }

    private static Batch.Part put(String key, String text) {
        var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
        return new Batch.Part(key, false, bytes, RecordLayout.ANY);
    }

    private static Message share(long serial, Batch.Part... parts) {
        var all = List.of(parts);
        return BatchMessage.share(ticket(serial), all, new Batch(all, AckLevel.ORDERED, WHO, ""));
    }

    private static Message plain(String key, int length) {
        return new BatchMessage(List.of(put(key, "x".repeat(length))), null, "");
    }

    private static Message home(long serial, long prepared, Batch.Part part) {
        var of = new Batch(List.of(part), AckLevel.ORDERED, null, "");
        return BatchMessage.home(ticket(serial), prepared, prepared, of.parts(), of);
    }

    @Test
    void aTicketThatACheckpointCoversEndsOnceAfterTheStart() throws IOException {
        var first = new Running(Retention.ALL);
        first.apply(share(1, put("/p/a", "new")), 20);
        first.apply(home(2, 20, put("/p/h", "yes")), 21);
        first.apply(BatchMessage.word(ticket(3), BatchLayout.ROLE_GIVE_UP, 22), 23);
        for (int i = 0; i < 100; i++) {
            first.apply(plain("/p/b", 300), 30 + i);
        }
        first.checkpoint();
        first.end();

        var again = new Running(Retention.ALL);
        assertNotNull(again.found.checkpoint());
        assertEquals(first.store.tickets().open(), again.store.tickets().open());
        assertEquals(20, again.store.tickets().heldSince("/p/a"));
        assertEquals(20, again.store.tickets().settledBefore());
        assertEquals(new Outcome.Held("/p/a"), again.apply(plain("/p/a", 1), 200));
        assertEquals(new Outcome.Aborted(3), again.apply(home(3, 22, put("/p/z", "no")), 201));
        var commit = BatchMessage.word(ticket(1), BatchLayout.ROLE_COMMIT, 210);
        assertInstanceOf(Outcome.Stored.class, again.apply(commit, 211));
        assertInstanceOf(Outcome.Repeated.class, again.apply(commit, 212));
        assertEquals(1, again.store.history("/p/a", 0, Long.MAX_VALUE, 9).size());
        var known = again.apply(BatchMessage.ask(ticket(4), WHO), 213);
        assertInstanceOf(Outcome.Repeated.class, known, "the number was used up by the commit");
        var done = BatchMessage.word(ticket(2), BatchLayout.ROLE_DONE, 0);
        assertInstanceOf(Outcome.Stored.class, again.apply(done, 214));
        assertTrue(again.store.tickets().open().isEmpty());
        again.opensAsAWhole("at the end");
        again.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aShardThatIsOpenedAgainAndAgainHasTheTicketsOfItsWholeLog(int seed) throws IOException {
        var random = new Random(seed);
        var retention = RETENTIONS.get(seed % RETENTIONS.size());
        long serial = 10;
        long stamp = 1000;
        int believed = 0;
        int open = 0;
        for (int life = 0; life < 15; life++) {
            var running = new Running(retention);
            believed += running.found.checkpoint() == null ? 0 : 1;
            open += running.store.tickets().open().size();
            running.opensAsAWhole("life " + life);
            for (int i = 0; i < 150; i++) {
                stamp += random.nextInt(40) == 0 ? Tickets.LIFE_MICROS / 2 : 5;
                serial++;
                var message = any(random, serial, stamp);
                var _ = running.apply(message, stamp);
                if (random.nextInt(60) == 0) {
                    running.checkpoint();
                }
            }
            running.opensAsAWhole("the end of life " + life);
            running.end();
        }
        assertTrue(believed >= 5, believed + " of 15 were opened by a checkpoint");
        assertTrue(open > 15, open + " were open at a start");
    }

    private static Message any(Random random, long serial, long stamp) {
        var part = put("/p/" + random.nextInt(30), "y".repeat(random.nextInt(200)));
        long earlier = serial - random.nextInt(60);
        return switch (random.nextInt(8)) {
            case 0 -> share(serial, part);
            case 1 -> home(serial, stamp, part);
            case 2 -> BatchMessage.word(ticket(earlier), BatchLayout.ROLE_COMMIT, stamp);
            case 3 -> BatchMessage.word(ticket(earlier), BatchLayout.ROLE_RELEASE, 0);
            case 4 -> BatchMessage.word(ticket(earlier), BatchLayout.ROLE_DONE, 0);
            case 5 -> BatchMessage.word(ticket(serial), BatchLayout.ROLE_GIVE_UP, stamp);
            default -> plain("/p/" + random.nextInt(30), random.nextInt(200));
        };
    }
}
