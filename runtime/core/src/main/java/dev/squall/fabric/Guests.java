package dev.squall.fabric;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Takes the connections of those who are no members and want to be none: clients, who come in by
 * the same port and say so with their first word.
 */
public interface Guests {

    /** The first word of a guest, where a member has its own. */
    int MAGIC = 0x6c63_7153;

    /** Nobody is let in. */
    Guests NONE =
            (channel, _) -> {
                try {
                    channel.close();
                } catch (IOException _) {
                    // It is gone either way.
                }
            };

    /**
     * Takes a connection over; the caller has nothing to do with it any more. Called by the
     * fabric's thread; must not block.
     *
     * @param channel does not block, and belongs to no selector
     * @param begun what has been read of it, the first word included
     */
    void take(SocketChannel channel, ByteBuffer begun);
}
