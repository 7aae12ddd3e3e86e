package dev.squall.bench.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Entry A1 = new Entry("/p/a", 1, 10, "1-1-1", 111);
    private static final Entry A2 = new Entry("/p/a", 2, 20, "1-2-1", 222);
    private static final Entry B3 = new Entry("/p/b", 3, 30, "1-3-1", 333);

    private final Ledger ledger = new Ledger();

    @SafeVarargs
    private List<String> check(List<Entry>... histories) {
        var byMember = new TreeMap<Integer, List<Entry>>();
        for (var history : histories) {
            byMember.put(byMember.size() + 1, history);
        }
        return ledger.check(byMember);
    }

    private static void assertSays(String what, List<String> wrong) {
        assertTrue(wrong.stream().anyMatch(w -> w.contains(what)), wrong.toString());
    }

    @Test
    void equalHistoriesThatHoldEverythingAreFine() {
        ledger.acknowledged(A1);
        assertEquals(List.of(), check(List.of(A1, A2), List.of(A1, A2)));
        ledger.acknowledged(B3);
        assertEquals(List.of(), check(List.of(A1, A2, B3), List.of(A1, A2, B3)));
        assertEquals(2, ledger.acknowledgedCount());
        assertEquals(3, ledger.foundCount());
        assertEquals(0, ledger.lost());
    }

    @Test
    void aPutThatOneMemberLostIsFound() {
        ledger.acknowledged(A1);
        ledger.acknowledged(A2);
        var wrong = check(List.of(A1, A2), List.of(A1));
        assertSays("member 2 lost what was acknowledged", wrong);
        assertSays("members 1 and 2 hold 2 and 1 versions, at place 1 ", wrong);
        assertEquals(1, ledger.lost());
    }

    @Test
    void aPutThatAllLostIsFound() {
        ledger.acknowledged(A2);
        assertSays("member 1 lost what was acknowledged", check(List.of(A1), List.of(A1)));
        assertEquals(2, ledger.lost());
    }

    @Test
    void otherBytesUnderTheSameVersionAreALoss() {
        ledger.acknowledged(A1);
        var other = new Entry("/p/a", 1, 10, "1-1-1", 999);
        assertSays("lost", check(List.of(other), List.of(other)));
    }

    @Test
    void anOlderLifesAcknowledgementsAreNotForgotten() {
        ledger.acknowledged(A1);
        assertEquals(List.of(), check(List.of(A1), List.of(A1)));
        assertSays("lost", check(List.of(B3), List.of(B3)));
    }

    @Test
    void whatWasFoundOnceMustStay() {
        assertEquals(List.of(), check(List.of(A1, B3)));
        assertSays("no longer holds", check(List.of(A1)));
    }

    @Test
    void harmedBytesAreFound() {
        var harmed = new Entry("/p/a", 1, 10, Entry.HARMED, 1);
        assertSays("harmed", check(List.of(harmed)));
    }

    @Test
    void onePutAtTwoPlacesIsFound() {
        var again = new Entry("/p/a", 9, 90, A1.stamp(), A1.checksum());
        assertSays("one put twice", check(List.of(A1, again)));
        assertSays("holds /p/a@1 twice", check(List.of(A1, A1)));
    }
}
