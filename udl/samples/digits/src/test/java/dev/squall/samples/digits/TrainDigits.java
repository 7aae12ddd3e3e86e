package dev.squall.samples.digits;

import dev.squall.torch.ScriptWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Trains the model {@code digits} and writes it, with its accuracy, into the sample's resources.
 *
 * <pre>
 * ./mvnw -q -pl udl/samples/digits -am -Pprogram -Dprogram=TrainDigits process-test-classes
 * </pre>
 *
 * <p>Three convolutions and one layer that decides, 39,000 weights; half a minute on one core. The
 * same seed on the same kind of CPU makes the same file. How to train (layers, rounds, {@link
 * Warp}) is chosen by rehearsals, {@code -Dprogram.argument=rehearse}: they train on three rows of
 * each digit and are judged by the fourth, so that the held-out digits choose nothing.
 */
final class TrainDigits {

    static final Path MODEL = Path.of("src/main/resources/META-INF/squall/models/digits.pt");
    static final Path ACCURACY = MODEL.resolveSibling("digits.accuracy");

    private static final long SEED = 20;
    private static final int BATCH = 50;
    private static final int FAST_ROUNDS = 20;
    private static final double FAST = 1e-3;
    private static final int FINE_ROUNDS = 8;
    private static final double FINE = 1e-4;

    private static final String SCRIPT =
            """
            def logits(self, image: Tensor) -> Tensor:
              x = torch.relu(torch.conv2d(image, self.kernel1, self.bias1, [1, 1], [1, 1]))
              x = torch.max_pool2d(x, [2, 2])
              x = torch.relu(torch.conv2d(x, self.kernel2, self.bias2, [1, 1], [1, 1]))
              x = torch.max_pool2d(x, [2, 2])
              x = torch.relu(torch.conv2d(x, self.kernel3, self.bias3, [1, 1], [1, 1]))
              return torch.linear(torch.flatten(x, 1), self.weight4, self.bias4)

            def forward(self, image: Tensor) -> Tensor:
              return torch.softmax(self.logits(image), 1)
            """;

    private final DigitSheet sheet = new DigitSheet();
    private final Random random = new Random(SEED);
    private final Warp warp = new Warp(random);
    private final ScriptWriter script = new ScriptWriter("Digits");
    private final TensorVector weights = new TensorVector();
    private final PrintStream console;

    private TrainDigits(PrintStream console) {
        this.console = console;
        torch.manual_seed(SEED);
        layer("kernel1", "bias1", 16, 1, 3, 3);
        layer("kernel2", "bias2", 32, 16, 3, 3);
        layer("kernel3", "bias3", 64, 32, 3, 3);
        layer("weight4", "bias4", DigitSheet.CLASSES, 64 * 5 * 5);
        script.define(SCRIPT);
    }

    /** Weights begin with a variance of 2 / inputs: signals neither grow nor fade in ReLUs. */
    private void layer(String weight, String bias, long... shape) {
        long inputs = 1;
        for (int i = 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        try (var scale = new Scalar(Math.sqrt(2.0 / inputs))) {
            add(weight, torch.randn(shape).mul(scale));
            add(bias, torch.zeros(shape[0]));
        }
    }

    private void add(String name, Tensor value) {
        var trained = value.set_requires_grad(true);
        script.weight(name, trained);
        weights.push_back(trained);
    }

    static void main(String[] arguments) throws IOException {
        var training = new TrainDigits(System.out);
        if (List.of(arguments).contains("rehearse")) {
            training.train(DigitSheet.rehearsalTraining());
            System.out.println(training.accuracy("rehearsal", DigitSheet.rehearsal()));
        } else {
            training.train(DigitSheet.training());
            training.script.save(MODEL);
            training.report();
        }
    }

    private void train(int[] cells) {
        rounds(cells, FAST_ROUNDS, FAST);
        rounds(cells, FINE_ROUNDS, FINE);
    }

    private void rounds(int[] order, int count, double rate) {
        try (var optimizer = new Adam(weights, new AdamOptions(rate))) {
            for (int round = 1; round <= count; round++) {
                shuffle(order);
                double loss = 0;
                for (int from = 0; from < order.length; from += BATCH) {
                    loss += step(optimizer, order, from);
                }
                console.printf(
                        Locale.ROOT,
                        "rate %.0e round %d: loss %.4f%n",
                        rate,
                        round,
                        loss * BATCH / order.length);
            }
        }
    }

    private double step(Adam optimizer, int[] order, int from) {
        try (var _ = new PointerScope()) {
            var images = new float[BATCH * DigitImage.SIDE * DigitImage.SIDE];
            var digits = new long[BATCH];
            for (int i = 0; i < BATCH; i++) {
                int cell = order[from + i];
                float[] pixels = warp.apply(sheet.pixels(cell));
                System.arraycopy(pixels, 0, images, i * pixels.length, pixels.length);
                digits[i] = DigitSheet.digit(cell);
            }
            optimizer.zero_grad();
            var logits = script.module().get_method("logits").apply(batch(images, BATCH));
            var loss = torch.cross_entropy_loss(logits.toTensor(), Tensor.create(digits));
            loss.backward();
            optimizer.step();
            return loss.item_float();
        }
    }

    private void shuffle(int[] order) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
    }

    private static IValueVector batch(float[] images, long count) {
        var tensor = Tensor.create(images, count, 1, DigitImage.SIDE, DigitImage.SIDE);
        return new IValueVector(new IValue(tensor));
    }

    private void report() throws IOException {
        String report =
                "seed %d%ntrained on %d digits%n%s%n%s%n"
                        .formatted(
                                SEED,
                                DigitSheet.training().length,
                                accuracy("training", DigitSheet.training()),
                                accuracy("held out", DigitSheet.heldOut()));
        Files.writeString(ACCURACY, report);
        console.print(report);
    }

    private String accuracy(String name, int[] cells) {
        int right = 0;
        for (int cell : cells) {
            try (var _ = new PointerScope()) {
                var out = script.module().forward(batch(sheet.pixels(cell), 1)).toTensor();
                right += out.argmax().item_int() == DigitSheet.digit(cell) ? 1 : 0;
            }
        }
        return String.format(
                Locale.ROOT,
                "%s: %d of %d right, %.2f %%",
                name,
                right,
                cells.length,
                100.0 * right / cells.length);
    }
}
