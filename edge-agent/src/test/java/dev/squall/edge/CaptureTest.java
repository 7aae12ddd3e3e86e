package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real cameras on a clock that is not: what took a minute takes an instant. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CaptureTest {
    private final Counters counters = new Counters();
    private final FrameBuffer buffer = new FrameBuffer(10_000, 1 << 30, counters);
    private final List<String> log = new ArrayList<>();

    @TempDir private Path folder;

    @Test
    void framesComeAtTheSourcesPaceWithoutDrift() throws Exception {
        // Each wait ends 7 ms late, as on a busy machine.
        var time =
                new FakeTime() {
                    @Override
                    public synchronized boolean waitUntil(long deadline, CountDownLatch signal) {
                        return super.waitUntil(deadline + 7_000_000, signal);
                    }
                };
        capture("generator:64x64@30", new Capture.Plan(0, false, 300), time).run();
        List<Long> times = capturedMicros();
        assertEquals(300, times.size());
        for (int i = 0; i < times.size(); i++) {
            long due = FakeTime.EPOCH_MICROS + Math.round(i * 1_000_000 / 30.0) + 7_000;
            assertEquals(due, times.get(i), "frame " + i);
        }
    }

    @Test
    void aSourceThatFallsBehindDropsLateFramesAndStaysLive() throws Exception {
        // Encoding takes 150 ms, the source gives a frame every 100 ms.
        var time =
                new FakeTime() {
                    @Override
                    public synchronized long epochMicros() {
                        pass(150);
                        return super.epochMicros();
                    }
                };
        capture("generator:64x64@10", new Capture.Plan(0, false, 300), time).run();
        long late = counters.droppedFor(Drop.LATE);
        assertEquals(300, counters.captured.get());
        assertEquals(300 - late, capturedMicros().size());
        // Two frames can be encoded in the time of three: one in three is late, less a run-up.
        assertTrue(late >= 95 && late <= 100, late + " late frames");
    }

    @Test
    void sampledFramesAreCountedAndNotPartOfTheLimit() throws Exception {
        capture("generator:64x64@10", new Capture.Plan(5, false, 20), new FakeTime()).run();
        List<Long> times = capturedMicros();
        assertEquals(20, times.size());
        assertEquals(19, counters.droppedFor(Drop.SAMPLED));
        assertEquals(39, counters.captured.get());
        assertEquals(200_000 * 19, times.getLast() - times.getFirst());
    }

    @Test
    void aLoopGoesOnWithoutAGap() throws Exception {
        pictures(3);
        capture(folder.toString(), new Capture.Plan(0, true, 10), new FakeTime()).run();
        List<Long> times = capturedMicros();
        assertEquals(10, times.size());
        for (int i = 1; i < times.size(); i++) {
            assertEquals(100_000, times.get(i) - times.get(i - 1), "before frame " + i);
        }
    }

    @Test
    void withoutALoopTheSourcesEndIsTheEnd() throws Exception {
        pictures(3);
        var capture = capture(folder.toString(), new Capture.Plan(0, false, 0), new FakeTime());
        capture.run();
        assertEquals(3, capturedMicros().size());
        assertNull(capture.failure());
    }

    @Test
    void aPictureThatCannotBeReadIsLeftOutAndCounted() throws Exception {
        pictures(3);
        Files.writeString(folder.resolve("1a.jpg"), "not a picture");
        Files.writeString(folder.resolve("1b.png"), "not a picture");
        capture(folder.toString(), new Capture.Plan(0, false, 0), new FakeTime()).run();
        assertEquals(5, counters.captured.get());
        assertEquals(2, counters.droppedFor(Drop.UNREADABLE));
        assertEquals(3, capturedMicros().size());
        assertEquals(1, log.size(), "a run of broken frames is one line: " + log);
        assertTrue(log.getFirst().contains("1a.jpg"), log.getFirst());
    }

    @Test
    void aSourceOfNothingButBrokenFramesFails() throws Exception {
        Files.writeString(folder.resolve("a.jpg"), "not a picture");
        var capture = capture(folder.toString(), new Capture.Plan(0, true, 0), new FakeTime());
        capture.run();
        assertNotNull(capture.failure());
        assertEquals(Capture.UNREADABLE_LIMIT, counters.droppedFor(Drop.UNREADABLE));
    }

    @Test
    void stoppedWhileItWaitsItEndsAtOnce() throws Exception {
        var capture =
                capture(
                        "generator:64x64@0.001",
                        new Capture.Plan(0, false, 0),
                        TimeSource.system());
        var thread = Thread.ofPlatform().start(capture);
        assertNotNull(buffer.take());
        capture.stop();
        thread.join();
        assertNull(buffer.take(), "the buffer is closed and empty");
        assertEquals(1, counters.captured.get());
    }

    private Capture capture(String source, Capture.Plan plan, TimeSource time) throws IOException {
        return new Capture(Camera.open(source, 0, 80), plan, buffer, counters, time, log::add);
    }

    private void pictures(int count) throws IOException {
        var generator = Generator.parse("generator:64x64@10", 80);
        for (int i = 0; i < count; i++) {
            generator.advance();
            Files.write(folder.resolve(i + ".jpg"), generator.jpeg());
        }
        generator.close();
    }

    private List<Long> capturedMicros() throws InterruptedException {
        var times = new ArrayList<Long>();
        for (Frame frame = buffer.take(); frame != null; frame = buffer.take()) {
            times.add(frame.capturedMicros());
        }
        return times;
    }
}
