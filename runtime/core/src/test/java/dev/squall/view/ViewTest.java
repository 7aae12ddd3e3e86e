package dev.squall.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewTest {

    private static View of(int members) {
        var seats =
                IntStream.rangeClosed(1, members)
                        .mapToObj(
                                n -> new Seat(new Member(n, "127.0.0.1", 1000 + n, "http://n"), 1))
                        .toList();
        return new View(1, List.copyOf(seats));
    }

    /** Sets of members are the bits of a number. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void ofTwoDecisionsTheSecondHasAMemberThatRemembersTheFirst(int members) {
        var view = of(members);
        int all = 1 << members;
        for (int forgetful = 0; forgetful < all; forgetful++) {
            for (int first = 0; first < all; first++) {
                for (int second = 1; second < all; second++) {
                    int remembering = second & ~forgetful;
                    boolean both =
                            view.decides(Integer.bitCount(first), Integer.bitCount(first))
                                    && view.decides(
                                            Integer.bitCount(second),
                                            Integer.bitCount(remembering));
                    if (both) {
                        assertNotEquals(0, first & remembering);
                    }
                }
            }
        }
    }

    @Test
    void oneLostDiskStopsNoViewOfAnEvenNumber() {
        assertTrue(of(2).decides(2, 1));
        assertTrue(of(4).decides(3, 2));
        assertFalse(of(2).decides(1, 1));
        assertFalse(of(3).decides(2, 1));
        assertTrue(of(3).decides(3, 2));
        assertEquals(3, of(4).majority());
    }
}
