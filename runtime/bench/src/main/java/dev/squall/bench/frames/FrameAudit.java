package dev.squall.bench.frames;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Checks a camera's frames in a running cluster, from what the cluster kept.
 *
 * <p>An edge agent numbers its frames without gaps, and the number is kept with the frame. So the
 * numbers along the key's history say everything: a hole is a loss, a repetition a double, a step
 * back a wrong order. An event names the version of the frame that caused it; both times are
 * versions' times, so their difference is the way from the frame's put to the event's.
 */
public final class FrameAudit {

    private final History history;

    public FrameAudit(URI url) {
        this.history = new History(url);
    }

    /**
     * What was found.
     *
     * @param frames frames kept in the time looked at
     * @param lost numbers of a producer that are missing between its first and last
     * @param doubles numbers that are there twice
     * @param disorder frames whose number is not greater than the one before
     * @param events events in that time
     * @param latency from a frame's time to its event's, nanoseconds
     */
    public record Findings(
            int frames, long lost, long doubles, long disorder, int events, Histogram latency) {

        /** Whether every frame is there once and in order. */
        public boolean clean() {
            return lost == 0 && doubles == 0 && disorder == 0;
        }
    }

    /** Looks at what was put in a range of time. */
    public Findings look(String cameraKey, String eventKey, Instant from, Instant to)
            throws Exception {
        var frames = history.versions(cameraKey, from, to);
        var events = history.versions(eventKey, from, to);
        Map<Long, Long> times = new HashMap<>();
        frames.forEach(f -> times.put(f.version(), f.timestamp()));
        var latency = new Histogram(3);
        for (var event : events) {
            long frame = history.content(eventKey, event.version()).path("frame").asLong();
            var put = times.get(frame);
            if (put != null) {
                latency.recordValue(Math.max(0, event.timestamp() - put) * 1000);
            }
        }
        return count(frames, events.size(), latency);
    }

    static Findings count(List<History.Version> frames, int events, Histogram latency) {
        Map<String, Long> last = new HashMap<>();
        var seen = new HashSet<String>();
        long lost = 0;
        long doubles = 0;
        long disorder = 0;
        for (var frame : frames) {
            int cut = frame.producer().lastIndexOf('/');
            if (cut < 0) {
                continue; // put by somebody who does not number
            }
            var producer = frame.producer().substring(0, cut);
            long number = Long.parseLong(frame.producer().substring(cut + 1));
            var before = last.put(producer, number);
            if (!seen.add(frame.producer())) {
                doubles++;
            } else if (before != null && number <= before) {
                disorder++;
            } else if (before != null) {
                lost += number - before - 1;
            }
        }
        return new Findings(frames.size(), lost, doubles, disorder, events, latency);
    }
}
