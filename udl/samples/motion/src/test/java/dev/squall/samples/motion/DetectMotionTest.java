package dev.squall.samples.motion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.workbench.Workbench;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the UDL says about people who cross a square, with the model that the jar ships. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class DetectMotionTest {

    /** All six people of the clip walk between these rows of the picture. */
    private static final int PATH_TOP = 72;

    private static final int PATH_BOTTOM = 168;

    private record Point(int x, int y) {}

    /** Where the six people's chests are, marked by hand. */
    private static final Map<Integer, List<Point>> PEOPLE =
            Map.of(
                    8,
                    people(92, 94, 136, 91, 148, 94, 173, 124, 299, 94, 314, 91),
                    14,
                    people(110, 96, 118, 94, 164, 93, 158, 120, 297, 93, 315, 94),
                    20,
                    people(102, 94, 127, 96, 145, 117, 183, 90, 300, 99, 315, 99));

    private Workbench bench;
    private Camera gate;

    @BeforeEach
    void open() throws Exception {
        bench = Workbench.open("detect", Map.of());
        gate = new Camera(bench, "/cameras/north/gate");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static List<Point> people(int... xy) {
        return IntStream.range(0, xy.length / 2)
                .mapToObj(i -> new Point(xy[2 * i], xy[2 * i + 1]))
                .toList();
    }

    @Test
    void everyoneWhoWalksIsBoxedAndNothingElse() throws Exception {
        assertEquals(List.of(), gate.show(1), "the first frame only teaches the background");
        for (int number = 2; number <= Frames.COUNT; number++) {
            var boxes = Camera.boxes(gate.show(number).getFirst());
            assertOnlyOnThePath(boxes);
            for (Point person : PEOPLE.getOrDefault(number, List.of())) {
                assertTrue(
                        boxes.stream().anyMatch(box -> holds(box, person)),
                        person + " of frame " + number + " is in none of " + boxes);
            }
        }
        assertEquals(
                Map.of("frames", 20L, "frames_with_motion", 19L, "backgrounds_learned_anew", 1L),
                bench.counters());
    }

    private static boolean holds(Box box, Point p) {
        return box.x() <= p.x()
                && p.x() < box.x() + box.w()
                && box.y() <= p.y()
                && p.y() < box.y() + box.h();
    }

    private static void assertOnlyOnThePath(List<Box> boxes) {
        assertFalse(boxes.isEmpty());
        for (Box box : boxes) {
            assertTrue(box.y() >= PATH_TOP && box.y() + box.h() <= PATH_BOTTOM, box::toString);
            assertTrue(box.score() > 0.5 && box.score() <= 1, box::toString);
        }
        int area = boxes.stream().mapToInt(box -> box.w() * box.h()).sum();
        assertTrue(area < 384 * 288 / 10, () -> area + " pixels in " + boxes);
    }

    @Test
    void theEventNamesCameraFrameAndTime() throws Exception {
        var event = gate.show(1, 2).getFirst();
        assertTrue(
                event.startsWith(
                        "found/gate {\"camera\":\"gate\",\"frame\":2,\"time\":1700000000200000,"
                                + "\"boxes\":[{\"x\":"),
                event);
        assertTrue(
                event.matches(
                        ".*}],\"score\":(0\\.\\d\\d),"
                                + "\"summary\":\"\\d+ moving regions?, score \\1\"}"),
                event);
    }

    @Test
    void framesThatStandStillSayNothing() throws Exception {
        assertEquals(List.of(), gate.show(1, 1, 1, 1));
        assertEquals(2, gate.show(2, 3).size());
        assertEquals(List.of(), gate.show(3, 3, 3, 3));
    }

    @Test
    void theSameFramesGiveTheSameEvents() throws Exception {
        int[] all = Frames.numbers().toArray();
        var once = gate.show(all);
        try (var other = Workbench.open("detect", Map.of())) {
            assertEquals(once, new Camera(other, "/cameras/north/gate").show(all));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 50", "1, -40", "0.6, 0", "1.5, 0"})
    void whenTheLightChangesTheBackgroundIsLearnedAnew(float gain, float offset) throws Exception {
        gate.show(1, 2, 3);
        assertTrue(gate.show(Frames.lit(4, gain, offset)).isEmpty());
        assertEquals(2, bench.counter("backgrounds_learned_anew"));
        for (int number = 5; number <= 12; number++) {
            var event = gate.show(Frames.lit(number, gain, offset)).orElseThrow();
            assertOnlyOnThePath(Camera.boxes(event));
        }
        assertEquals(2, bench.counter("backgrounds_learned_anew"));
    }

    @Test
    void aLittleMoreLightIsNeitherMotionNorANewBackground() throws Exception {
        gate.show(1, 2, 3);
        assertOnlyOnThePath(Camera.boxes(gate.show(Frames.lit(4, 1, 10)).orElseThrow()));
        assertEquals(1, bench.counter("backgrounds_learned_anew"));
    }

    @Test
    void largerFramesGiveLargerBoxes() throws Exception {
        var small = Camera.boxes(gate.show(1, 2, 3).get(1));
        var wide = new Camera(bench, "/cameras/wide");
        for (int number = 1; number <= 2; number++) {
            wide.show(Frames.enlarged(number, 2));
        }
        var large = Camera.boxes(wide.show(Frames.enlarged(3, 2)).orElseThrow());
        for (Box box : small) {
            var middle = new Point(2 * box.x() + box.w(), 2 * box.y() + box.h());
            assertTrue(
                    large.stream().anyMatch(found -> holds(found, middle)),
                    middle + " is in none of " + large);
        }
    }

    @Test
    void aHigherThresholdSaysLess() throws Exception {
        try (var dull = Workbench.open("detect", Map.of("threshold", "250"))) {
            assertEquals(List.of(), new Camera(dull, "/cameras/gate").show(1, 2, 3, 4));
        }
    }
}
