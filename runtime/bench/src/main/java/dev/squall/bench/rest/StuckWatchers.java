package dev.squall.bench.rest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that ask for a stream of changes and then read nothing of it: what they cost those who
 * write is to be measured.
 */
final class StuckWatchers implements AutoCloseable {

    /** What the kernel takes for each of them: 4 KiB, or its least. */
    private static final int RECEIVE_BYTES = 4096;

    private final List<Socket> sockets = new ArrayList<>();

    /** So many, of everything under a prefix, at one node. */
    static StuckWatchers open(int count, URI node, String prefix) throws IOException {
        var watchers = new StuckWatchers();
        try {
            for (int i = 0; i < count; i++) {
                watchers.add(node, prefix);
            }
        } catch (IOException e) {
            watchers.close();
            throw e;
        }
        return watchers;
    }

    private void add(URI node, String prefix) throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(node.getHost(), node.getPort()));
        socket.getOutputStream()
                .write(
                        "GET /v1/watch?prefix=%s&from=0 HTTP/1.1\r\nHost: %s\r\n\r\n"
                                .formatted(prefix, node.getAuthority())
                                .getBytes(StandardCharsets.US_ASCII));
        if (socket.getInputStream().read() < 0) {
            throw new IOException(node + " ended a watch at once");
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }
}
