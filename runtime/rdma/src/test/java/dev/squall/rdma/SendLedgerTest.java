package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a send queue holds, against a list of what is under way. */
class SendLedgerTest {

    private static final int REQUESTS = 16;
    private static final int EVERY = 4;
    private static final int STAGING = 1000;

    private record Posted(long number, long at, int bytes) {

        boolean overlaps(long other, int length) {
            return at < other + length && other < at + bytes;
        }
    }

    @Test
    void aQueueIsFullAndEmptyAgain() {
        var ledger = new SendLedger(REQUESTS, EVERY, STAGING);
        for (int i = 0; i < REQUESTS; i++) {
            assertTrue(ledger.hasRoom(1));
            assertEquals(i % EVERY == EVERY - 1, ledger.mustSignal(), "request " + i);
            ledger.post(ledger.mustSignal(), null);
        }
        assertFalse(ledger.hasRoom(1));
        ledger.complete(3);
        assertTrue(ledger.hasRoom(4));
        assertFalse(ledger.hasRoom(5));
        assertFalse(ledger.isSilent(), "the last one tells");
        ledger.post(false, null);
        assertTrue(ledger.isSilent());
        ledger.complete(16);
        assertTrue(ledger.hasRoom(REQUESTS));
    }

    /** A long run at random: nothing that is under way is overwritten, and it never gets stuck. */
    @Test
    void stagedBytesStayUntilTheirRequestHasCompleted() {
        var random = new SplittableRandom(5);
        var ledger = new SendLedger(REQUESTS, EVERY, STAGING);
        var live = new ArrayDeque<Posted>();
        var told = new ArrayDeque<Long>();
        long posts = 0;
        for (int turn = 0; turn < 200_000; turn++) {
            int bytes = 1 + random.nextInt(200);
            long at = ledger.hasRoom(1) && random.nextInt(3) > 0 ? ledger.stage(bytes) : -1;
            if (at >= 0) {
                assertTrue(at + bytes <= STAGING, "beyond the end");
                for (var other : live) {
                    assertFalse(other.overlaps(at, bytes), "request " + other.number());
                }
                live.add(new Posted(ledger.next(), at, bytes));
                if (ledger.mustSignal()) {
                    told.add(ledger.next());
                }
                ledger.post(ledger.mustSignal(), null);
                posts++;
            } else if (!told.isEmpty()) {
                long number = told.remove();
                ledger.complete(number);
                live.removeIf(p -> p.number() <= number);
            }
        }
        assertTrue(posts > 50_000, "got stuck after " + posts);
    }
}
