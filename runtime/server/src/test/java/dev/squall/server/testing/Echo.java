package dev.squall.server.testing;

import dev.squall.udl.Emitter;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The tests' own UDL: answers with what it gets, stores it under its output, and fails, or labels
 * it, when it is told to. Uploaded as a jar by {@link Jars}.
 */
@SuppressWarnings("try") // as in Udl itself
public final class Echo implements Udl {

    /** What begins so is given the label that follows. */
    public static final String LABEL = "label it ";

    private @Nullable UdlContext context;

    @Override
    public void open(UdlContext context) {
        this.context = context;
    }

    private static String text(MemorySegment bytes) {
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** Of what is larger than a record, its size and its last bytes. */
    private String tail(ObjectView object) {
        var bytes = MemorySegment.ofArray(new byte[4]);
        if (context != null) {
            context.read(object, object.length() - bytes.byteSize(), bytes);
        }
        return object.length() + " " + text(bytes);
    }

    @Override
    public void handle(ObjectView object, Emitter out) {
        var text = object.bulk() ? tail(object) : text(object.bytes());
        if (context != null) {
            context.logger().log(Level.INFO, "got " + text.length());
        }
        if (text.equals("fail")) {
            throw new IllegalStateException("told to fail");
        }
        if (text.equals("quiet")) {
            return;
        }
        if (text.startsWith(LABEL)) {
            out.label(object, text.substring(LABEL.length()));
            return;
        }
        if (!object.key().isEmpty()) {
            out.put("echo/" + object.key().substring(object.key().lastIndexOf('/') + 1), text);
        }
        out.reply(MemorySegment.ofArray(object.bytes().toArray(ValueLayout.JAVA_BYTE)));
    }
}
