package dev.squall.samples.motion;

import dev.squall.torch.ScriptWriter;
import java.nio.file.Path;

/**
 * Writes the model {@code motion} into the sample's resources. It has no weights: it is written,
 * not trained.
 *
 * <pre>
 * ./mvnw -q -pl udl/samples/motion -am -Pprogram -Dprogram=AuthorMotion process-test-classes
 * </pre>
 *
 * <p>The frame is averaged down to a width of 192 pixels or a little more, which removes most of
 * the noise. Each of those pixels is compared with a running average (the background) and with the
 * last frame:
 *
 * <ul>
 *   <li>It <i>moves</i> when it is far from the background, most of its neighbours are, and
 *       something near it has just changed. The last condition keeps quiet about frames that stand
 *       still, and about the hole that somebody leaves who was there when the background was
 *       learned.
 *   <li>The background follows slowly; hardly at all where something moves, so that a slow walker
 *       does not sink into it, and fast where a pixel is far from it without moving.
 *   <li>When the median pixel moved by half the threshold, or too much of the picture did, the
 *       light has changed or the camera was moved: the frame becomes the background.
 * </ul>
 *
 * <p>A cell of the grid is 4 x 4 of those pixels. A quarter of them must move; its score grows with
 * how far they are from the background, see {@link Box}.
 */
final class AuthorMotion {

    static final Path MODEL = Path.of("src/main/resources/META-INF/squall/models/motion.pt");

    private static final String SCRIPT =
            """
            def look(self, small: Tensor, usual: Tensor, last: Tensor, far: Tensor,
                     threshold: float) -> Tuple[Tensor, Tensor]:
              change = torch.abs(small - usual)
              now = (torch.abs(small - last) > threshold / 2).float()
              near = torch.max_pool2d(now, [9, 1], [1, 1], [4, 0])
              near = torch.max_pool2d(near, [1, 9], [1, 1], [0, 4])
              solid = (torch.avg_pool2d(far, [3, 3], [1, 1], [1, 1]) > 0.5).float()
              moves = solid * near
              share = torch.avg_pool2d(moves, [4, 4], [4, 4], [0, 0], True)
              much = torch.avg_pool2d(moves * change, [4, 4], [4, 4], [0, 0], True)
              contrast = much / torch.clamp(share, 0.001)
              score = 1 - torch.pow(0.5, contrast / threshold)
              grid = score * (share >= 0.25).float()
              rate = 0.05 + 0.15 * far * (1 - moves) - 0.04 * moves
              return (grid, torch.cat([usual + rate * (small - usual), small], 1))

            def forward(self, frame: Tensor, background: Tensor,
                        settings: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
              threshold = float(settings[0])
              lighting = float(settings[1])
              factor = max(1, frame.size(3) // 192)
              small = torch.avg_pool2d(frame, [factor, factor])
              anew = torch.cat([small, small], 1)
              known = background.size(2) == small.size(2) and background.size(3) == small.size(3)
              if not known:
                background = anew
              usual = torch.slice(background, 1, 0, 1)
              last = torch.slice(background, 1, 1, 2)
              far = (torch.abs(small - usual) > threshold).float()
              shift = abs(float(torch.median(small - usual)))
              if not known or shift > threshold / 2 or float(torch.mean(far)) > lighting:
                none = torch.zeros_like(torch.avg_pool2d(small, [4, 4], [4, 4], [0, 0], True))
                return (none, anew, torch.ones([1]))
              grid, learned = self.look(small, usual, last, far, threshold)
              return (grid, learned, torch.zeros([1]))
            """;

    private AuthorMotion() {}

    static void main() {
        write(MODEL);
        System.out.println("wrote " + MODEL);
    }

    static void write(Path file) {
        try (var writer = new ScriptWriter("Motion")) {
            writer.define(SCRIPT).save(file);
        }
    }
}
