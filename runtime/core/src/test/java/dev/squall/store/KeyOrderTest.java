package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Random keys come and go, and are listed as a sorted set of strings lists them. */
class KeyOrderTest {

    private static final int STEPS = 6000;

    /** From every class of characters that UTF-8 and UTF-16 might order in two ways. */
    private static final String[] LETTERS = {
        "a", "b", "ab", "/", "é", "\u07ff", "\ud7ff", "\ue000", "\uffff", "\ud83d\ude00", "0"
    };

    private static String key(Random random) {
        var key = new StringBuilder("/p");
        int letters = random.nextInt(8);
        for (int i = 0; i < letters; i++) {
            key.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return random.nextInt(50) == 0 ? key + "x".repeat(random.nextInt(900)) : key.toString();
    }

    @Test
    void keysComeAndGo() {
        for (int seed = 0; seed < 5; seed++) {
            var random = new Random(seed);
            var model = new TreeSet<String>();
            var order = new KeyOrder();
            for (int step = 0; step < STEPS; step++) {
                var key = key(random);
                if (random.nextInt(step % 2000 < 1500 ? 4 : 2) > 0) {
                    if (model.add(key)) {
                        order.add(key);
                    }
                } else {
                    model.remove(key);
                    order.remove(key);
                }
            }
            assertEquals(model.size(), order.size());
            assertEquals(List.copyOf(model), order.keys("", "", STEPS, _ -> true), "seed " + seed);
            for (int n = 0; n < 200; n++) {
                check(model, order, key(random), random.nextBoolean() ? "" : key(random));
            }
            for (var key : List.copyOf(model)) {
                order.remove(key);
            }
            assertEquals(List.of(), order.keys("", "", STEPS, _ -> true));
        }
    }

    private static void check(
            NavigableSet<String> model, KeyOrder order, String prefix, String after) {
        var expected = new ArrayList<String>();
        for (var key : model.tailSet(prefix)) {
            if (!key.startsWith(prefix) || expected.size() == 20) {
                break;
            }
            if (key.compareTo(after) > 0 && key.length() % 2 == 0) {
                expected.add(key);
            }
        }
        assertEquals(
                expected,
                order.keys(prefix, after, 20, key -> key.length() % 2 == 0),
                prefix + " after " + after);
    }
}
