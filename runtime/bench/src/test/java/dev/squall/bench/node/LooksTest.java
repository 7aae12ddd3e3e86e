package dev.squall.bench.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LooksTest {

    private static Map<Integer, ProcessFigures> node(long own, int handles) {
        return Map.of(7, new ProcessFigures(2 * own, own, handles, 20));
    }

    @Test
    void aLittleMoreIsNoGrowth() {
        assertEquals(List.of(), Looks.growth(node(1000, 50), node(1100, 66)));
        assertEquals(List.of(), Looks.growth(node(1000, 50), node(500, 10)));
    }

    @Test
    void whatGrewIsNamedWithItsFigures() {
        assertEquals(
                List.of("node 7: own memory from 1000 to 1101 bytes"),
                Looks.growth(node(1000, 50), node(1101, 50)));
        assertEquals(
                List.of("node 7: handles from 50 to 67"),
                Looks.growth(node(1000, 50), node(1000, 67)));
    }

    @Test
    void aNodeThatWasNotThereBeforeCannotHaveGrown() {
        assertEquals(List.of(), Looks.growth(Map.of(), node(1000, 50)));
    }
}
