package dev.squall.samples.digits;

import dev.squall.udl.Model;
import dev.squall.udl.Tensor;
import dev.squall.workbench.DeskObject;
import dev.squall.workbench.Percentiles;
import dev.squall.workbench.Workbench;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Prints how long loading and reading take on this machine, on one thread.
 *
 * <pre>
 * ./mvnw -q -pl udl/samples/digits -am -Pprogram -Dprogram=MeasureDigits process-test-classes
 * </pre>
 */
final class MeasureDigits {

    private static final int WARMUPS = 200;
    private static final int RUNS = 2_000;

    private MeasureDigits() {}

    static void main() throws Exception {
        System.out.printf(
                "first load, with the natives %s%n",
                Percentiles.measure(0, 1, MeasureDigits::load));
        System.out.printf("later loads %s%n", Percentiles.measure(0, 20, MeasureDigits::load));
        try (var bench = Workbench.open("read", Map.of())) {
            var model = bench.models().model("digits");
            for (int batch : new int[] {1, 8, 64}) {
                var images = DigitsModelTest.batch(Arrays.copyOf(DigitSheet.heldOut(), batch));
                System.out.printf(
                        "forward of %d: first %s%n",
                        batch, Percentiles.measure(0, 1, () -> run(model, images)));
                System.out.printf(
                        "forward of %d %s%n",
                        batch, Percentiles.measure(WARMUPS, RUNS, () -> run(model, images)));
            }
            byte[] png = DigitSheet.encode(new DigitSheet().image(0), "png");
            var object = DeskObject.of("/digits/x", 1, 1, png);
            System.out.printf(
                    "PNG to answer %s%n",
                    Percentiles.measure(WARMUPS, RUNS, () -> bench.handle(object)));
        }
    }

    private static void load() throws Exception {
        Workbench.open("read", Map.of()).close();
    }

    private static void run(Model model, Tensor images) {
        model.infer(List.of(images)).close();
    }
}
