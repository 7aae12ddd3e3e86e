package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.store.Tickets;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a shard answers to the records of a batch over several shards, and what is seen of it. */
@Timeout(60)
class TicketTest {

    private static final int HOME = 1;
    private static final int OTHER = 2;
    private static final int SEGMENT = 16 << 10;
    private static final ReadResult NO_KEY = new ReadResult.Missing(ReadResult.Why.NO_KEY);
    private static final ReadResult NOT_YET = new ReadResult.Missing(ReadResult.Why.NOT_YET);
    private static final Producer WHO = new Producer("who", 1, 7);

    private final List<String> told = new ArrayList<>();
    private final Log log = new Log(SEGMENT);
    private ShardStore store = store(log, Retention.ALL);
    private long version;

    private ShardStore store(Log of, Retention retention) {
        var pool = new PoolSpec("p", StoreKind.VOLATILE, 2, 1, "", retention, "any");
        return new ShardStore(OTHER, pool, of, (_, _, o) -> told.add(o.key()));
    }

    private static Ticket ticket(long serial) {
        return new Ticket(5, 1, serial, List.of(HOME, OTHER));
    }

    private static Batch batch(@Nullable Producer producer, Batch.Part... parts) {
        return new Batch(List.of(parts), AckLevel.ORDERED, producer, "");
    }

    private static Batch.Part put(String key, String text, long expected) {
        var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
        return new Batch.Part(key, false, bytes, expected);
    }

    private Outcome apply(Message message, long stamp) {
        var m = Arena.ofAuto().allocate(message.length(), 32);
        message.write(m, 0, stamp);
        version += 2;
        return store.apply(m, 0, version);
    }

    private Outcome prepare(long serial, long stamp, @Nullable Producer by, Batch.Part... parts) {
        return apply(BatchMessage.share(ticket(serial), List.of(parts), batch(by, parts)), stamp);
    }

    private Outcome home(long serial, long prepared, long stamp, Batch.Part... parts) {
        var of = batch(WHO, parts);
        var message = BatchMessage.home(ticket(serial), prepared, prepared, of.parts(), of);
        return apply(message, stamp);
    }

    private Outcome word(long serial, int role, long time, long stamp) {
        return apply(BatchMessage.word(ticket(serial), role, time), stamp);
    }

    private Outcome plain(String key, long stamp) {
        return apply(new BatchMessage(List.of(put(key, "x", RecordLayout.ANY)), null, ""), stamp);
    }

    private static String text(ReadResult result) {
        var object = assertInstanceOf(ReadResult.Found.class, result).object();
        return new String(object.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Test
    void aShareHoldsItsKeysUntilItIsCommittedAtTheTimeOfAll() {
        plain("/p/a", 10);
        assertEquals(new Outcome.Stored(4, 20), prepare(1, 20, WHO, put("/p/a", "new", 2)));
        assertEquals(20, store.tickets().heldSince("/p/a"));
        assertEquals(20, store.tickets().settledBefore());
        assertEquals("x", text(store.get("/p/a")), "not yet");
        assertEquals(new Outcome.Held("/p/a"), plain("/p/a", 30));
        assertEquals(new Outcome.Held("/p/a"), prepare(2, 30, null, put("/p/a", "no", -1)));
        assertInstanceOf(Outcome.Stored.class, plain("/p/b", 90), "other keys go on");

        assertEquals(new Outcome.Stored(12, 70), word(1, BatchLayout.ROLE_COMMIT, 70, 95));
        assertEquals("new", text(store.get("/p/a")));
        assertEquals("x", text(store.getAt("/p/a", 69)));
        assertEquals("new", text(store.getAt("/p/a", 70)), "at the ticket's time, not its place's");
        assertEquals(0, store.tickets().heldSince("/p/a"));
        assertEquals(Long.MAX_VALUE, store.tickets().settledBefore());
        assertEquals(List.of("/p/a", "/p/b", "/p/a"), told);
        assertEquals(
                new Outcome.Repeated(12, 70),
                word(1, BatchLayout.ROLE_COMMIT, 70, 99),
                "once, and known as far as the log has come");
    }

    @Test
    void aReleasedShareLeavesNothingBehind() {
        prepare(1, 20, null, put("/p/a", "new", 0));
        assertInstanceOf(Outcome.Stored.class, word(1, BatchLayout.ROLE_RELEASE, 0, 30));
        assertEquals(NO_KEY, store.get("/p/a"));
        assertEquals(0, store.tickets().heldSince("/p/a"));
        assertInstanceOf(Outcome.Stored.class, plain("/p/a", 40));
        assertEquals(new Outcome.Unmet("/p/a", 6), prepare(2, 50, null, put("/p/a", "no", 0)));
        assertTrue(store.tickets().open().isEmpty());
    }

    @Test
    void theOrderOfTheHomeDecidesBetweenTheBatchAndGivingItUp() {
        assertEquals(new Outcome.Stored(2, 50), home(1, 50, 40, put("/p/a", "yes", 0)));
        assertEquals(new Outcome.Stored(2, 50), word(1, BatchLayout.ROLE_GIVE_UP, 45, 60));
        assertEquals(1, store.tickets().open().size());
        assertInstanceOf(Outcome.Stored.class, word(1, BatchLayout.ROLE_DONE, 0, 70));
        assertTrue(store.tickets().open().isEmpty());

        assertEquals(new Outcome.Aborted(8), word(2, BatchLayout.ROLE_GIVE_UP, 75, 80));
        assertEquals(
                new Outcome.Aborted(8), word(2, BatchLayout.ROLE_GIVE_UP, 75, 81), "the bar's");
        assertEquals(new Outcome.Aborted(8), home2("/p/b", 75, 90));
        assertEquals(NO_KEY, store.get("/p/b"));
    }

    private Outcome home2(String key, long prepared, long stamp) {
        var of = batch(null, put(key, "late", -1));
        return apply(BatchMessage.home(ticket(2), prepared, prepared, of.parts(), of), stamp);
    }

    @Test
    void whatWasGivenUpIsBarredForAsLongAsItCouldCommit() {
        word(2, BatchLayout.ROLE_GIVE_UP, 75, 80);
        long later = 75 + Tickets.LIFE_MICROS;
        plain("/p/x", later);
        assertEquals(new Outcome.Aborted(2), home2("/p/b", 75, later));
        plain("/p/x", later + 1);
        assertEquals(new Outcome.Aborted(0), home2("/p/b", 75, later), "forgotten, and too late");
    }

    @Test
    void aRetryFindsTheFirstOutcomeInEveryShare() {
        prepare(1, 20, WHO, put("/p/a", "new", 0));
        assertEquals(new Outcome.Held("/p/a"), prepare(2, 25, WHO, put("/p/a", "new", 0)));
        word(1, BatchLayout.ROLE_COMMIT, 40, 41);
        assertEquals(new Outcome.Repeated(6, 40), prepare(3, 50, WHO, put("/p/a", "new", 0)));
        var ask = BatchMessage.ask(ticket(3), WHO);
        assertEquals(new Outcome.Repeated(6, 40), apply(ask, 51));
        var another = new Producer("who", 1, 8);
        assertEquals(new Outcome.Absent(), apply(BatchMessage.ask(ticket(3), another), 52));
        assertEquals(1, store.history("/p/a", 0, Long.MAX_VALUE, 9).size());
    }

    @Test
    void aRetryOfWhatWasReleasedIsNew() {
        prepare(1, 20, WHO, put("/p/a", "new", 0));
        word(1, BatchLayout.ROLE_RELEASE, 0, 30);
        assertInstanceOf(
                Outcome.Stored.class, prepare(2, 40, WHO, put("/p/a", "new", 0)), "not applied");
    }

    @Test
    void aRestartComesToTheSame() {
        prepare(1, 20, WHO, put("/p/a", "new", 0));
        word(2, BatchLayout.ROLE_GIVE_UP, 25, 26);
        store = store(log, Retention.ALL);
        store.recover(null);
        assertEquals(20, store.tickets().heldSince("/p/a"));
        assertEquals(new Outcome.Aborted(4), home2("/p/b", 30, 31));
        var committed =
                assertInstanceOf(Outcome.Stored.class, word(1, BatchLayout.ROLE_COMMIT, 40, 41));
        store = store(log, Retention.ALL);
        store.recover(null);
        assertEquals("new", text(store.getAt("/p/a", 40)));
        assertEquals(NOT_YET, store.getAt("/p/a", 39));
        assertEquals(
                new Outcome.Repeated(committed.version(), 40),
                prepare(3, 50, WHO, put("/p/a", "new", 0)));
        assertTrue(store.tickets().open().isEmpty());
    }

    @Test
    void retentionWaitsForWhatIsOpen() {
        store = store(log, new Retention(1, 0, 0));
        prepare(1, 20, null, put("/p/held", "h".repeat(3000), 0));
        for (int i = 0; i < 100; i++) {
            plain("/p/" + i % 2 + "a".repeat(500), 30 + i);
        }
        assertEquals(0, log.before(), "nothing has gone");
        word(1, BatchLayout.ROLE_COMMIT, 500, 501);
        assertEquals("h".repeat(3000), text(store.get("/p/held")));
        for (int i = 0; i < 200; i++) {
            plain("/p/" + i % 2 + "a".repeat(500), 600 + i);
        }
        assertTrue(log.before() > 2, "what is older has gone: " + log.before());
    }

    @Test
    void noMoreAreOpenThanThereMayBe() {
        for (int i = 0; i < Tickets.OPEN_MAX; i++) {
            assertInstanceOf(Outcome.Stored.class, prepare(i, 10, null, put("/p/" + i, "x", 0)));
        }
        assertEquals(
                new Outcome.Crowded(Tickets.OPEN_MAX),
                prepare(Tickets.OPEN_MAX, 10, null, put("/p/more", "x", 0)));
        word(3, BatchLayout.ROLE_RELEASE, 0, 11);
        assertInstanceOf(
                Outcome.Stored.class, prepare(Tickets.OPEN_MAX, 12, null, put("/p/more", "x", 0)));
    }

    @Test
    void wordsFromOutsideAreKnownOrRefused() {
        var of = batch(WHO, put("/p/a", "x", 0));
        var share = BatchMessage.share(ticket(1), of.parts(), of);
        assertEquals(List.of("/p/a"), RawMessage.of(RawMessage.bytes(share)).keys());
        for (int role = 0; role <= 9; role++) {
            byte[] bytes = RawMessage.bytes(BatchMessage.word(ticket(1), role, 7));
            if (role >= BatchLayout.ROLE_GIVE_UP && role <= BatchLayout.ROLE_ASK) {
                assertTrue(RawMessage.of(bytes).keys().isEmpty());
            } else {
                assertThrows(Failure.class, () -> RawMessage.of(bytes), "role " + role);
            }
        }
    }
}
