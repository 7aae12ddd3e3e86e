package dev.squall.trigger;

import dev.squall.udl.Emitter;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import java.nio.charset.StandardCharsets;

/**
 * User logic that does what its configuration and the objects' keys say. Loaded from a jar, so it
 * knows nothing but the UDL API; what it sees it puts under {@code /seen}.
 */
public final class ScriptedUdl implements Udl {

    private String fails = "";

    @Override
    public void open(UdlContext context) {
        fails = context.config().getOrDefault("fails", "");
        if (fails.equals("open")) {
            throw new IllegalStateException("no model today");
        }
    }

    @Override
    public void handle(ObjectView object, Emitter out) {
        var key = object.key();
        if (key.endsWith("/exception")) {
            throw new IllegalStateException("cannot read " + key);
        } else if (key.endsWith("/argument")) {
            throw new IllegalArgumentException("no picture");
        } else if (key.endsWith("/assertion")) {
            throw new AssertionError("impossible");
        } else if (key.endsWith("/overflow")) {
            overflow(1);
        } else if (key.endsWith("/interrupt")) {
            Thread.currentThread().interrupt();
        } else if (key.endsWith("/silent")) {
            return;
        }
        out.put("/seen" + key, String.valueOf(object.version()));
        out.reply(("saw " + key).getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static int overflow(int depth) {
        return 1 + overflow(depth + 1);
    }

    @Override
    public void close() {
        if (fails.equals("close")) {
            throw new AssertionError("will not go");
        }
    }
}
