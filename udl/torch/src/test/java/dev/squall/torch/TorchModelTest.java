package dev.squall.torch;

import static dev.squall.torch.Scripts.allocate;
import static dev.squall.torch.Scripts.failure;
import static dev.squall.torch.Scripts.floats;
import static dev.squall.torch.Scripts.read;
import static dev.squall.torch.Scripts.run;
import static dev.squall.torch.Scripts.spec;
import static dev.squall.torch.Scripts.vector;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.udl.DataType;
import dev.squall.udl.Tensor;
import dev.squall.udl.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TorchModelTest {

    private static final String TWICE = "def forward(self, x: Tensor) -> Tensor:\n  return x + x\n";
    private static final String SAME = "def forward(self, x: Tensor) -> Tensor:\n  return x\n";

    @TempDir private Path directory;
    private Scripts scripts;

    @BeforeEach
    void prepare() {
        scripts = new Scripts(directory);
    }

    @Test
    void readsNativeAndHeapMemoryAtAnyAddress() {
        try (var arena = Arena.ofConfined();
                var model = scripts.load(TWICE)) {
            var aligned = allocate(arena, 1, 2, 3);
            var odd = arena.allocate(13).asSlice(1).copyFrom(aligned);
            float[] want = {2, 4, 6};
            assertArrayEquals(want, run(model, vector(aligned)));
            assertArrayEquals(want, run(model, vector(aligned.asReadOnly())));
            assertArrayEquals(want, run(model, vector(odd)));
            assertArrayEquals(want, run(model, vector(1, 2, 3)));
            assertArrayEquals(new float[0], run(model, vector(new float[0])));
        }
    }

    @Test
    void anOutputThatIsAnInputIsCopied() {
        try (var arena = Arena.ofConfined();
                var model = scripts.load(SAME)) {
            var memory = allocate(arena, 1, 2);
            try (var inference = model.infer(List.of(vector(memory)))) {
                memory.fill((byte) 0);
                assertArrayEquals(new float[] {1, 2}, read(inference.outputs().getFirst()));
            }
        }
    }

    @Test
    void aScriptThatWritesInPlaceNeverTouchesItsInput() {
        var script = "def forward(self, x: Tensor) -> Tensor:\n  x.add_(1)\n  return x * 10\n";
        try (var arena = Arena.ofConfined();
                var model = scripts.load(script)) {
            var memory = allocate(arena, 1, 2);
            assertArrayEquals(new float[] {20, 30}, run(model, vector(memory)));
            assertArrayEquals(new float[] {1, 2}, memory.toArray(ValueLayout.JAVA_FLOAT));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tuple[Tensor, Tensor]:\n  return (x - 1, x + 1)\n",
                "List[Tensor]:\n  return [x - 1, x + 1]\n",
                "Dict[str, Tensor]:\n  return {\"out1\": x + 1, \"out0\": x - 1}\n"
            })
    void severalOutputsComeInTheSpecificationsOrder(String body) {
        try (var model = scripts.load(floats(1, 2), "def forward(self, x: Tensor) -> " + body);
                var inference = model.infer(List.of(vector(5)))) {
            assertEquals("out0", inference.outputs().get(0).name());
            assertArrayEquals(new float[] {4}, read(inference.outputs().get(0)));
            assertArrayEquals(new float[] {6}, read(inference.outputs().get(1)));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "BYTES")
    void everyElementTypeGoesInAndOut(DataType type) {
        var any = List.of(-1L, 2L);
        var spec =
                spec(
                        List.of(new TensorSpec("in", type, any)),
                        List.of(new TensorSpec("out", type, any)));
        var bytes = new byte[4 * type.bytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = type == DataType.BOOL ? (byte) (i % 2) : (byte) (i + 1);
        }
        var in = new Tensor("in", type, List.of(2L, 2L), MemorySegment.ofArray(bytes));
        try (var model = scripts.load(spec, SAME);
                var inference = model.infer(List.of(in))) {
            var out = inference.outputs().getFirst();
            assertEquals(type, out.type());
            assertEquals(List.of(2L, 2L), out.shape());
            assertArrayEquals(bytes, out.bytes().toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void aTransposedResultIsRowMajorOutside() {
        var any = List.of(-1L, -1L);
        var spec =
                spec(
                        List.of(new TensorSpec("in", DataType.FP32, any)),
                        List.of(new TensorSpec("out", DataType.FP32, any)));
        var in =
                new Tensor(
                        "in",
                        DataType.FP32,
                        List.of(2L, 3L),
                        MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}));
        var script = "def forward(self, x: Tensor) -> Tensor:\n  return x.t()\n";
        try (var model = scripts.load(spec, script);
                var inference = model.infer(List.of(in))) {
            var out = inference.outputs().getFirst();
            assertEquals(List.of(3L, 2L), out.shape());
            assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, read(out));
        }
    }

    @Test
    void wrongInputsAreNamedWithWhatWouldFit() {
        try (var model = scripts.load(floats(2, 1), two("x + y"))) {
            var count =
                    failure(IllegalArgumentException.class, () -> model.infer(List.of(vector(1))));
            assertEquals("model 'small' takes 2 inputs, not 1", count);
            var square =
                    new Tensor(
                            "y",
                            DataType.INT32,
                            List.of(1L, 1L),
                            MemorySegment.ofArray(new int[1]));
            var shape =
                    failure(
                            IllegalArgumentException.class,
                            () -> model.infer(List.of(vector(1), square)));
            assertEquals("input 'in1' of model 'small' takes FP32 [-1], not INT32 [1, 1]", shape);
        }
    }

    @Test
    void aFailingScriptSaysWhyInOneLine() {
        try (var model = scripts.load(floats(2, 1), two("x + y"))) {
            var reason =
                    failure(
                            IllegalStateException.class,
                            () -> model.infer(List.of(vector(1, 2), vector(1, 2, 3))));
            assertTrue(
                    reason.startsWith("model 'small' failed: The size of tensor a (2) must"),
                    reason);
            assertEquals(1, reason.lines().count());
            assertArrayEquals(new float[] {3}, run(model, vector(1), vector(2)));
        }
    }

    @Test
    void anOutputThatBreaksItsSpecificationIsNamed() {
        var script = "def forward(self, x: Tensor) -> Tensor:\n  return x.double()\n";
        try (var model = scripts.load(script)) {
            var reason =
                    failure(IllegalStateException.class, () -> model.infer(List.of(vector(1))));
            assertEquals(
                    "output 'out0' of model 'small' is described as FP32 [-1], but is FP64 [1]",
                    reason);
        }
    }

    private static String two(String expression) {
        return "def forward(self, x: Tensor, y: Tensor) -> Tensor:\n  return " + expression + "\n";
    }
}
