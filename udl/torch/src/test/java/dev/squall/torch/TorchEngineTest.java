package dev.squall.torch;

import static dev.squall.torch.Scripts.failure;
import static dev.squall.torch.Scripts.floats;
import static dev.squall.torch.Scripts.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.torch.Script.Form;
import dev.squall.udl.DataType;
import dev.squall.udl.ModelEngine;
import dev.squall.udl.ModelSpec;
import dev.squall.udl.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TorchEngineTest {

    private static final String CONVOLVE =
            """
            def forward(self, x: Tensor) -> Tensor:
              y = torch.conv2d(x, self.kernel)
              return torch.softmax(torch.relu(y).sum([2, 3]), 1)
            """;

    private final TorchEngine engine = new TorchEngine();
    @TempDir private Path directory;
    private Scripts scripts;

    @BeforeEach
    void prepare() {
        scripts = new Scripts(directory);
    }

    @Test
    void theServiceLoaderFindsIt() {
        var found = ServiceLoader.load(ModelEngine.class).stream().map(ServiceLoader.Provider::get);
        assertEquals(
                List.of("pytorch_torchscript on cpu"),
                found.map(e -> e.platform() + " on " + e.device()).toList());
    }

    @Test
    void aPureScriptIsOptimisedAndSharesItsInputs() {
        var file =
                scripts.write(CONVOLVE, writer -> writer.weight("kernel", torch.ones(4, 1, 3, 3)));
        var spec =
                spec(
                        List.of(new TensorSpec("image", DataType.FP32, List.of(-1L, 1L, 8L, 8L))),
                        List.of(new TensorSpec("p", DataType.FP32, List.of(-1L, 4L))));
        try (var script = Script.load(spec, file)) {
            assertEquals(Form.OPTIMIZED, script.form());
            assertTrue(script.effects().none());
        }
    }

    @Test
    void stateAndWritesInPlaceAreSeenAlsoInBranches() {
        assertEquals(
                new ScriptEffects(true, false),
                effects("if bool(x.sum() > 0):\n    x.add_(1)\n  return x"));
        assertEquals(
                new ScriptEffects(false, true),
                effects("self.total = self.total + x\n  return self.total"));
        assertEquals(
                new ScriptEffects(true, true), effects("self.total.add_(x)\n  return self.total"));
        assertEquals(new ScriptEffects(false, false), effects("return self.total + x"));
    }

    private ScriptEffects effects(String body) {
        var file =
                scripts.write(
                        "def forward(self, x: Tensor) -> Tensor:\n  " + body + "\n",
                        writer -> writer.weight("total", torch.zeros(new long[] {1})));
        try (var script = Script.load(floats(1, 1), file)) {
            return script.effects();
        }
    }

    @Test
    void aScriptThatCannotBePreparedRunsAsItIs() {
        TorchRuntime.start();
        var file = scripts.write("def forward(self, x: Tensor) -> Tensor:\n  return x * 3\n");
        var plain = new Script(torch.load(file.toString()), Form.PLAIN, ScriptEffects.UNKNOWN);
        try (var model = new TorchModel(floats(1, 1), "cpu", plain)) {
            assertArrayEquals(new float[] {6}, Scripts.run(model, Scripts.vector(2)));
        }
    }

    @Test
    void nativeInputsAreReadWhereTheyLie() {
        TorchRuntime.start();
        try (var arena = Arena.ofConfined();
                var memory = new TensorMemory(false);
                var tensor = memory.lay(Scripts.vector(Scripts.allocate(arena, 1, 2)))) {
            var again = TensorMemory.of(tensor, arena);
            assertEquals(tensor.data_ptr().address(), again.address());
            assertEquals(8, again.byteSize());
            assertTrue(again.isReadOnly());
        }
    }

    @Test
    void whatCannotBeLoadedIsNamed() throws IOException {
        var text = Files.writeString(directory.resolve("text.pt"), "no model");
        refused(floats(1, 1), directory.resolve("none.pt"), "cannot be read");
        refused(floats(1, 1), text, "is no TorchScript file that libtorch can load");
        var same = scripts.write("def forward(self, x: Tensor) -> Tensor:\n  return x\n");
        refused(floats(2, 1), same, "is described with 2 inputs, but its forward takes 1");
        refused(floats(1, 1), scripts.write("def run(self):\n  return 1\n"), "no method 'forward'");
        refused(
                new ModelSpec("small", 1, "onnx", List.of(), List.of()),
                same,
                "this engine runs 'pytorch_torchscript'");
        refused(
                spec(List.of(new TensorSpec("image", DataType.BYTES, List.of(1L))), List.of()),
                same,
                "'image' is of type BYTES");
    }

    private void refused(ModelSpec spec, Path file, String reason) {
        var message = failure(IllegalStateException.class, () -> engine.load(spec, file));
        assertTrue(message.startsWith("model 'small'"), message);
        assertTrue(message.contains(reason), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void aScriptThatDoesNotCompileSaysWhere() {
        try (var writer = new ScriptWriter("Bad")) {
            var text = "def forward(self, x: Tensor):\n  return torch.nosuch(x)\n";
            var message = failure(IllegalArgumentException.class, () -> writer.define(text));
            assertTrue(message.contains("nosuch"), message);
        }
    }

    @Test
    void theSameModuleMakesTheSameBytes() throws IOException {
        var script = "def forward(self, x: Tensor) -> Tensor:\n  return x * 3\n";
        byte[] once = Files.readAllBytes(scripts.write(script));
        assertArrayEquals(once, Files.readAllBytes(scripts.write(script)));
    }
}
