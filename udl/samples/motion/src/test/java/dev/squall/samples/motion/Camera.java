package dev.squall.samples.motion;

import dev.squall.workbench.DeskObject;
import dev.squall.workbench.Workbench;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/** Shows frames to the UDL under one key and reads its events. */
final class Camera {

    private static final long FIRST_TIME = 1_700_000_000_000_000L;
    private static final long FRAME_MICROS = 100_000;
    private static final Pattern BOX =
            Pattern.compile(
                    "\\{\"x\":(\\d+),\"y\":(\\d+),\"w\":(\\d+),\"h\":(\\d+),\"score\":(.*?)}");

    private final Workbench bench;
    private final String key;
    private long version;

    Camera(Workbench bench, String key) {
        this.bench = bench;
        this.key = key;
    }

    /** The event for this frame, if there was one. */
    Optional<String> show(byte[] frame) throws Exception {
        version++;
        var answers =
                bench.handle(
                        DeskObject.of(key, version, FIRST_TIME + version * FRAME_MICROS, frame));
        return answers.puts().stream().map(put -> put.key() + " " + put.text()).findFirst();
    }

    /** The events for frames of the clip, in this order. */
    List<String> show(int... numbers) throws Exception {
        var events = new ArrayList<String>();
        for (int number : numbers) {
            show(Frames.jpeg(number)).ifPresent(events::add);
        }
        return events;
    }

    /** The boxes of an event. */
    static List<Box> boxes(String event) {
        return BOX.matcher(event).results().map(found -> box(found::group)).toList();
    }

    private static Box box(IntFunction<String> group) {
        return new Box(
                Integer.parseInt(group.apply(1)),
                Integer.parseInt(group.apply(2)),
                Integer.parseInt(group.apply(3)),
                Integer.parseInt(group.apply(4)),
                Float.parseFloat(group.apply(5)));
    }
}
