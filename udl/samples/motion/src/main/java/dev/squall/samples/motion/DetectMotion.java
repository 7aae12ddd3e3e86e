package dev.squall.samples.motion;

import dev.squall.udl.Emitter;
import dev.squall.udl.Model;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import dev.squall.udl.UdlMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets a camera's frames, in order, and says where something moves.
 *
 * <p>For a frame {@code /cameras/gate} with at least one moving region it puts an event to the
 * output {@code found}, as {@code found/gate}; a still frame says nothing. When the light changes,
 * or a camera is new, the background is learned anew from that frame, without an event.
 *
 * <p><b>State.</b> One background a camera, in a field: {@code dispatch: per-key} brings all frames
 * of a camera here, one at a time. Beyond {@value #MAX_CAMERAS} cameras the one that was silent
 * longest is forgotten; its next frame teaches its background anew.
 */
public final class DetectMotion implements Udl {

    /** Backgrounds kept by one instance, about 220 KB each. */
    static final int MAX_CAMERAS = 64;

    private static final String MODEL = "motion";
    private static final String OUTPUT = "found/";

    private final Map<String, Background> cameras =
            new LinkedHashMap<>(MAX_CAMERAS, 0.75f, true); // least recently seen first
    private final FrameDecoder decoder = new FrameDecoder();
    private @Nullable Lane lane;

    /** What {@link #open} found. */
    private record Lane(Model model, Settings settings, UdlMetrics metrics) {}

    @Override
    public void open(UdlContext context) {
        lane =
                new Lane(
                        context.models().model(MODEL),
                        Settings.of(context.config()),
                        context.metrics());
    }

    @Override
    public void handle(ObjectView object, Emitter out) throws Exception {
        if (lane == null) {
            throw new IllegalStateException("handle was called before open");
        }
        if (object.deleted()) {
            forget(object.key());
            return;
        }
        List<Box> boxes = look(lane, object);
        lane.metrics().count("frames", 1);
        if (!boxes.isEmpty()) {
            lane.metrics().count("frames_with_motion", 1);
            var event = new MotionEvent(object, boxes);
            out.put(OUTPUT + event.camera(), event.json());
        }
    }

    private List<Box> look(Lane lane, ObjectView object) throws Exception {
        Frame frame = decoder.decode(object.bytes());
        Background background = cameras.computeIfAbsent(object.key(), _ -> new Background());
        forgetTheMostSilent();
        var inputs = List.of(frame.tensor(), background.tensor(), lane.settings().tensor());
        try (var inference = lane.model().infer(inputs)) {
            var outputs = inference.outputs();
            background.learn(outputs.get(1));
            if (Grid.first(outputs.get(2)) != 0) {
                lane.metrics().count("backgrounds_learned_anew", 1);
            }
            return new Grid(outputs.get(0), outputs.get(1), frame).boxes(lane.settings().cells());
        }
    }

    private void forgetTheMostSilent() {
        if (cameras.size() > MAX_CAMERAS) {
            forget(cameras.keySet().iterator().next());
        }
    }

    private void forget(String key) {
        Background gone = cameras.remove(key);
        if (gone != null) {
            gone.close();
        }
    }

    @Override
    public void close() {
        cameras.values().forEach(Background::close);
        cameras.clear();
        decoder.close();
        lane = null; // the model is the node's, shared with others: not ours to close
    }
}
