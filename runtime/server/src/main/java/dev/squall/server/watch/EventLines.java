package dev.squall.server.watch;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Takes another member's event stream apart. Single-threaded: belongs to its stream's event loop.
 */
final class EventLines implements Handler<Buffer> {

    /** The longest line: 128 KiB. */
    static final int LINE_BYTES_MAX = 128 << 10;

    /** Takes the events. */
    interface Sink {

        /** An event; the type and data are empty when only the position is new. */
        void event(String id, String type, String data);

        /** The stream makes no sense. */
        void broken(IOException reason);
    }

    private final Sink sink;
    private Buffer rest = Buffer.buffer();
    private String id = "";
    private String type = "";
    private String data = "";

    EventLines(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void handle(Buffer part) {
        var all = rest.length() == 0 ? part : rest.appendBuffer(part);
        int from = 0;
        for (int i = all.length() - part.length(); i < all.length(); i++) {
            if (all.getByte(i) == '\n') {
                line(all.getString(from, i, StandardCharsets.UTF_8.name()));
                from = i + 1;
            }
        }
        rest = all.getBuffer(from, all.length());
        if (rest.length() > LINE_BYTES_MAX) {
            sink.broken(new IOException("a line of more than " + LINE_BYTES_MAX + " bytes"));
        }
    }

    private void line(String line) {
        if (line.isEmpty()) {
            if (!id.isEmpty()) {
                sink.event(id, type, data);
            }
            id = "";
            type = "";
            data = "";
        } else if (line.startsWith("id: ")) {
            id = line.substring(4);
        } else if (line.startsWith("event: ")) {
            type = line.substring(7);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        }
    }
}
