package dev.squall.samples.motion;

import dev.squall.workbench.DeskObject;
import dev.squall.workbench.Percentiles;
import dev.squall.workbench.Workbench;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * Prints how long a frame takes on this machine, on one thread.
 *
 * <pre>
 * ./mvnw -q -pl udl/samples/motion -am -Pprogram -Dprogram=MeasureMotion process-test-classes
 * </pre>
 */
final class MeasureMotion {

    private static final int WARMUPS = 100;
    private static final int RUNS = 1_000;

    private final Workbench bench;
    private int next;

    private MeasureMotion(Workbench bench) {
        this.bench = bench;
    }

    static void main() throws Exception {
        System.out.printf(
                "first load, with the natives %s%n",
                Percentiles.measure(0, 1, MeasureMotion::load));
        System.out.printf("later loads %s%n", Percentiles.measure(0, 20, MeasureMotion::load));
        try (var bench = Workbench.open("detect", Map.of())) {
            var measure = new MeasureMotion(bench);
            measure.frames("384x288", 1);
            measure.frames("768x576", 2);
        }
    }

    private static void load() throws Exception {
        Workbench.open("detect", Map.of()).close();
    }

    private void frames(String size, int times) throws Exception {
        List<byte[]> frames = Frames.numbers().mapToObj(n -> Frames.enlarged(n, times)).toList();
        System.out.printf(
                "%s decode %s%n",
                size, Percentiles.measure(WARMUPS, RUNS, () -> decode(frames.get(turn()))));
        System.out.printf(
                "%s JPEG to event %s%n",
                size, Percentiles.measure(WARMUPS, RUNS, () -> handle(size, frames.get(turn()))));
        try (var decoder = new FrameDecoder();
                var background = new Background()) {
            Frame frame = decoder.decode(MemorySegment.ofArray(frames.getFirst()));
            System.out.printf(
                    "%s model %s%n",
                    size, Percentiles.measure(WARMUPS, RUNS, () -> run(frame, background)));
        }
    }

    private int turn() {
        next++;
        return next % Frames.COUNT;
    }

    private static void decode(byte[] jpeg) throws Exception {
        try (var decoder = new FrameDecoder()) {
            decoder.decode(MemorySegment.ofArray(jpeg));
        }
    }

    private void handle(String camera, byte[] jpeg) throws Exception {
        bench.handle(DeskObject.of("/cameras/" + camera, 1, 1, jpeg));
    }

    private void run(Frame frame, Background background) {
        var settings = Settings.of(Map.of()).tensor();
        var inputs = List.of(frame.tensor(), background.tensor(), settings);
        try (var inference = bench.models().model("motion").infer(inputs)) {
            background.learn(inference.outputs().get(1));
        }
    }
}
