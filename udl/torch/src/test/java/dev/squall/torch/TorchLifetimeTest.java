package dev.squall.torch;

import static dev.squall.torch.Scripts.read;
import static dev.squall.torch.Scripts.run;
import static dev.squall.torch.Scripts.vector;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.udl.Model;
import dev.squall.udl.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may run what when, and what is left afterwards. */
@Timeout(120)
class TorchLifetimeTest {

    private static final String TWICE = "def forward(self, x: Tensor) -> Tensor:\n  return x + x\n";
    private static final String COUNT =
            """
            def forward(self, x: Tensor) -> Tensor:
              self.total.add_(x)
              return self.total
            """;
    private static final int THREADS = 4;
    private static final int RUNS = 200;

    @TempDir private Path directory;
    private Scripts scripts;

    @BeforeEach
    void prepare() {
        scripts = new Scripts(directory);
    }

    @Test
    void outputsCannotBeReadAfterClose() {
        try (var model = scripts.load(TWICE)) {
            var inference = model.infer(List.of(vector(1)));
            var bytes = inference.outputs().getFirst().bytes();
            inference.close();
            inference.close();
            assertThrows(IllegalStateException.class, () -> bytes.get(ValueLayout.JAVA_BYTE, 0));
        }
    }

    @Test
    void outputsOutliveTheirModel() {
        var model = scripts.load(TWICE);
        try (var inference = model.infer(List.of(vector(3)))) {
            model.close();
            model.close();
            assertArrayEquals(new float[] {6}, read(inference.outputs().getFirst()));
            assertEquals(
                    "model 'small' is closed",
                    Scripts.failure(
                            IllegalStateException.class, () -> model.infer(List.of(vector(3)))));
        }
    }

    @Test
    void freedInputsAreRefused() {
        try (var model = scripts.load(TWICE)) {
            var arena = Arena.ofConfined();
            var tensor = vector(Scripts.allocate(arena, 1, 2));
            arena.close();
            assertThrows(IllegalStateException.class, () -> model.infer(List.of(tensor)));
        }
    }

    @Test
    void virtualThreadsAreRefused() throws InterruptedException {
        var caught = new ArrayList<String>();
        try (var model = scripts.load(TWICE)) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            run(model, vector(1));
                        } catch (IllegalStateException e) {
                            caught.add(String.valueOf(e.getMessage()));
                        }
                    })
                    .join();
        }
        assertEquals(1, caught.size());
        assertTrue(caught.getFirst().contains("platform thread"));
    }

    @Test
    void manyThreadsShareAModelAndStartNoneOfTheirOwn() throws Exception {
        try (var model = scripts.load(TWICE)) {
            together(thread -> {
                for (int i = 0; i < RUNS; i++) {
                    float value = thread * RUNS + i;
                    assertArrayEquals(new float[] {2 * value}, run(model, vector(value)));
                }
                assertEquals(1, torch.get_num_threads());
            });
        }
    }

    @Test
    void aScriptWithStateIsRunByOneThreadAtATime() throws Exception {
        try (var model = counting()) {
            try (var first = model.infer(List.of(vector(1)))) {
                together(_ -> {
                    for (int i = 0; i < RUNS; i++) {
                        run(model, vector(1));
                    }
                });
                assertArrayEquals(new float[] {1}, read(first.outputs().getFirst()));
            }
            assertArrayEquals(new float[] {THREADS * RUNS + 2}, run(model, vector(1)));
        }
    }

    @Test
    void closingWaitsForRunsUnderWay() throws Exception {
        var model = scripts.load(TWICE);
        var running = new CountDownLatch(THREADS);
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            var futures = new ArrayList<Future<?>>();
            for (int t = 0; t < THREADS; t++) {
                futures.add(pool.submit(() -> runUntilClosed(model, running)));
            }
            running.await();
            model.close();
            for (var future : futures) {
                var stopped = assertThrows(ExecutionException.class, future::get);
                assertTrue(
                        String.valueOf(stopped.getMessage()).endsWith("model 'small' is closed"));
            }
        }
    }

    private static void runUntilClosed(Model model, CountDownLatch running) {
        try {
            for (int runs = 0; runs < 10; runs++) {
                assertArrayEquals(new float[] {4}, run(model, vector(2)));
            }
        } finally {
            running.countDown();
        }
        while (true) {
            assertArrayEquals(new float[] {4}, run(model, vector(2)));
        }
    }

    /** 128 runs of 16 MiB each: 2 GiB, were anything kept. */
    @Test
    void runsLeaveNoMemoryBehind() throws IOException {
        int floats = 4 << 20;
        try (var arena = Arena.ofConfined();
                var model = scripts.load(TWICE)) {
            var input = vector(arena.allocate((long) floats * Float.BYTES, 64));
            runs(model, input, 8);
            long before = residentBytes();
            runs(model, input, 128);
            long grown = residentBytes() - before;
            assertTrue(grown < 256L << 20, () -> "grew by " + grown + " bytes");
        }
    }

    private static void runs(Model model, Tensor input, int count) {
        for (int i = 0; i < count; i++) {
            try (var inference = model.infer(List.of(input))) {
                assertEquals(1, inference.outputs().size());
            }
        }
    }

    private static long residentBytes() throws IOException {
        String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
        return Long.parseLong(pages[1]) * 4096;
    }

    private Model counting() {
        var file =
                scripts.write(COUNT, writer -> writer.weight("total", torch.zeros(new long[] {1})));
        return new TorchEngine().load(Scripts.floats(1, 1), file);
    }

    private interface Work {
        void run(int thread);
    }

    private static void together(Work work) throws Exception {
        try (var pool = Executors.newFixedThreadPool(THREADS)) {
            var tasks = new ArrayList<Callable<Integer>>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                tasks.add(() -> {
                    work.run(thread);
                    return thread;
                });
            }
            for (var future : pool.invokeAll(tasks)) {
                future.get();
            }
        }
    }
}
