package dev.squall.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class FrameBufferTest {
    private final Counters counters = new Counters();

    @Test
    void theOldestMakesRoomByTheLimitInFrames() throws InterruptedException {
        var buffer = new FrameBuffer(3, 1_000, counters);
        for (int i = 1; i <= 5; i++) {
            buffer.offer(frame(10, i));
        }
        assertEquals(2, counters.droppedFor(Drop.BUFFER_FRAMES));
        assertEquals(30, buffer.bytes());
        assertEquals(List.of(3L, 4L, 5L), rest(buffer));
    }

    @Test
    void theOldestMakesRoomByTheLimitInBytes() throws InterruptedException {
        var buffer = new FrameBuffer(100, 100, counters);
        buffer.offer(frame(40, 1));
        buffer.offer(frame(40, 2));
        buffer.offer(frame(90, 3));
        assertEquals(2, counters.droppedFor(Drop.BUFFER_BYTES));
        assertEquals(List.of(3L), rest(buffer));
        assertEquals(0, buffer.bytes());
    }

    @Test
    void aFrameThatNeverFitsDrivesNothingOut() throws InterruptedException {
        var buffer = new FrameBuffer(100, 100, counters);
        buffer.offer(frame(100, 1));
        buffer.offer(frame(101, 2));
        assertEquals(1, counters.droppedFor(Drop.TOO_BIG));
        assertEquals(List.of(1L), rest(buffer));
    }

    @Test
    void closedItGivesWhatIsInsideAndTakesNoMore() throws InterruptedException {
        var buffer = new FrameBuffer(100, 100, counters);
        buffer.offer(frame(1, 1));
        buffer.close();
        buffer.offer(frame(1, 2));
        assertEquals(1, counters.droppedFor(Drop.ABANDONED));
        assertEquals(List.of(1L), rest(buffer));
    }

    @Test
    void abandonedItCountsWhatWasInside() throws InterruptedException {
        var buffer = new FrameBuffer(100, 100, counters);
        buffer.offer(frame(1, 1));
        buffer.offer(frame(1, 2));
        buffer.abandon();
        assertEquals(2, counters.droppedFor(Drop.ABANDONED));
        assertNull(buffer.take());
    }

    @Test
    void oneThreadWaitsForAnother() throws InterruptedException {
        var buffer = new FrameBuffer(1_000, 1_000, counters);
        var offering =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < 500; i++) {
                                buffer.offer(frame(1, i));
                            }
                            buffer.close();
                        });
        var taken = new ArrayList<Long>();
        for (Frame frame = buffer.take(); frame != null; frame = buffer.take()) {
            taken.add(frame.capturedMicros());
        }
        offering.join();
        assertEquals(500, taken.size());
        assertEquals(taken.stream().sorted().toList(), taken);
    }

    private static Frame frame(int size, long number) {
        return new Frame(new byte[size], number);
    }

    private static List<Long> rest(FrameBuffer buffer) throws InterruptedException {
        buffer.close();
        var rest = new ArrayList<Long>();
        for (Frame frame = buffer.take(); frame != null; frame = buffer.take()) {
            rest.add(frame.capturedMicros());
        }
        return rest;
    }
}
