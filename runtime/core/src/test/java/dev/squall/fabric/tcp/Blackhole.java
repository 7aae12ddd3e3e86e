package dev.squall.fabric.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * An address that swallows every attempt to connect, as a cut network does: a listener whose queue
 * is full and that nobody empties.
 */
final class Blackhole implements AutoCloseable {

    private static final int CALLS_MAX = 64;
    private static final int PATIENCE_MILLIS = 300;

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final List<SocketChannel> calls = new ArrayList<>();

    Blackhole() throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        while (isAnswered()) {
            if (calls.size() == CALLS_MAX) {
                throw new IOException("a queue of 1 has taken " + CALLS_MAX + " connections");
            }
        }
    }

    private boolean isAnswered() throws IOException {
        var call = SocketChannel.open();
        calls.add(call);
        call.configureBlocking(false);
        call.connect(address());
        try (var selector = Selector.open()) {
            call.register(selector, SelectionKey.OP_CONNECT);
            selector.select(PATIENCE_MILLIS);
            return call.finishConnect();
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        for (var call : calls) {
            call.close();
        }
        server.close();
    }
}
