package dev.squall.server.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;

/** Shows memory to the HTTP stack without a copy. */
public final class Window {

    private Window() {}

    /** A buffer over this memory, which it keeps alive; nobody may write to it. */
    @SuppressWarnings("deprecation") // the only public way to wrap memory that is not an array
    public static Buffer over(MemorySegment memory) {
        return Buffer.buffer(Unpooled.wrappedBuffer(memory.asByteBuffer()));
    }
}
