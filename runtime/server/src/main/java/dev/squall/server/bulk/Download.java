package dev.squall.server.bulk;

import dev.squall.server.http.ByteRange;
import dev.squall.server.http.Window;
import dev.squall.store.BulkObject;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jboss.logging.Logger;

/**
 * Writes a range of a bulk object: a stretch of log memory at a time, in place, and the next one
 * when the connection has taken it. What is not yet on its way is not held: when retention drops it
 * first, the connection is cut, for the answer's head has promised more.
 *
 * <p>Belongs to the connection's event loop.
 */
public final class Download {

    private static final Logger LOG = Logger.getLogger(Download.class);

    /** What is handed to the connection at once: 256 KiB. */
    static final int STRETCH_BYTES = 256 << 10;

    private final HttpServerResponse response;
    private final BulkObject object;
    private final long end;
    private long at;

    /**
     * @param response whose head is complete but for the length
     * @param range what to write of the object
     */
    public Download(HttpServerResponse response, BulkObject object, ByteRange range) {
        this.response = response;
        this.object = object;
        this.at = range.from();
        this.end = range.from() + range.length();
    }

    /** The checksum of a whole object as a Repr-Digest header has it (RFC 9530). */
    public static String digest(BulkObject object) {
        var bytes = ByteBuffer.allocate(Integer.BYTES).putInt(object.crc()).array();
        return "crc32c=:" + Base64.getEncoder().encodeToString(bytes) + ":";
    }

    /** Begins to write; goes on by itself. */
    public void begin() {
        response.putHeader("Content-Length", Long.toString(end - at));
        response.exceptionHandler(_ -> at = end);
        response.drainHandler(_ -> pump());
        pump();
    }

    private void pump() {
        while (at < end && !response.closed() && !response.writeQueueFull()) {
            int index = object.chunkOf(at);
            var bytes = object.chunk(index);
            if (bytes == null) {
                LOG.warnf(
                        "%s: chunk %d of version %d was dropped before it was sent; cut off",
                        object.manifest().key(), index, object.manifest().version());
                at = end;
                response.reset();
                return;
            }
            long offset = at - object.begin(index);
            long length = Math.min(Math.min(end - at, bytes.byteSize() - offset), STRETCH_BYTES);
            at += length;
            response.write(Window.over(bytes.asSlice(offset, length)));
            // A write may drain at once, and then what is left was written in there.
            if (at == end && !response.ended()) {
                response.end();
            }
        }
    }
}
