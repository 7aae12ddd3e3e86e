package dev.squall.fabric.tcp;

import dev.squall.fabric.Hello;
import dev.squall.fabric.tls.Credentials;
import dev.squall.fabric.tls.Handshakes;
import dev.squall.fabric.tls.SecureChannel;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Makes links of sockets, with TLS where the member has credentials. One thread. */
final class LinkMaker implements AutoCloseable {

    private final Hello self;
    private final Selector selector;
    private final @Nullable Credentials credentials;
    private final Runnable wake;
    private final Handshakes handshakes = new Handshakes();
    private final Queue<Link> resumed = new ConcurrentLinkedQueue<>();

    /**
     * @param credentials null = no TLS
     * @param wake called on another thread when there is a link for {@link #resumed}
     */
    LinkMaker(Hello self, Selector selector, @Nullable Credentials credentials, Runnable wake) {
        this.self = self;
        this.selector = selector;
        this.credentials = credentials;
        this.wake = wake;
    }

    /**
     * A link on a new socket; when that fails, the socket is closed.
     *
     * @param called the peer that is to be reached, or {@link Link#NOBODY}
     */
    Link make(SocketChannel channel, int interest, int called) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            var key = channel.register(selector, interest);
            var link = new Link(channel, key, called, self, secure(channel, key, called));
            key.attach(link);
            return link;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private @Nullable SecureChannel secure(SocketChannel channel, SelectionKey key, int called)
            throws IOException {
        return credentials == null
                ? null
                : new SecureChannel(
                        channel,
                        credentials,
                        called != Link.NOBODY,
                        handshakes,
                        () -> resume((Link) key.attachment()));
    }

    /** Called by another thread. */
    private void resume(Link link) {
        resumed.add(link);
        wake.run();
    }

    /** The next link whose handshake can go on, which its socket does not tell; null = none. */
    @Nullable Link resumed() {
        return resumed.poll();
    }

    /** Whether there is one. */
    boolean hasResumed() {
        return !resumed.isEmpty();
    }

    @Override
    public void close() {
        handshakes.close();
    }
}
