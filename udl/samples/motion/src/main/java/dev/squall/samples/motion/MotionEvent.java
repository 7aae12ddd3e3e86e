package dev.squall.samples.motion;

import dev.squall.udl.ObjectView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What is said about a frame in which something moves.
 *
 * @param camera the last part of the frame's key
 * @param frame the frame's version
 * @param time the frame's time, in microseconds since 1970
 * @param boxes where; at least one
 */
record MotionEvent(String camera, long frame, long time, List<Box> boxes) {

    MotionEvent(ObjectView object, List<Box> boxes) {
        this(
                object.key().substring(object.key().lastIndexOf('/') + 1),
                object.version(),
                object.timestamp(),
                boxes);
    }

    /** The highest score of a box. */
    double score() {
        return boxes.stream().mapToDouble(Box::score).max().orElseThrow();
    }

    /** The event as JSON, on one line. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"camera\":%s,\"frame\":%d,\"time\":%d,\"boxes\":[%s],\"score\":%.2f,"
                        + "\"summary\":%s}",
                quoted(camera),
                frame,
                time,
                boxes.stream().map(MotionEvent::json).collect(Collectors.joining(",")),
                score(),
                quoted(summary()));
    }

    /** The event for people. */
    private String summary() {
        return String.format(
                Locale.ROOT,
                "%d moving region%s, score %.2f",
                boxes.size(),
                boxes.size() == 1 ? "" : "s",
                score());
    }

    private static String json(Box box) {
        return String.format(
                Locale.ROOT,
                "{\"x\":%d,\"y\":%d,\"w\":%d,\"h\":%d,\"score\":%.2f}",
                box.x(),
                box.y(),
                box.w(),
                box.h(),
                box.score());
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
