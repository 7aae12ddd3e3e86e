package dev.squall.bench.cluster.peer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to Redis, in its own protocol (RESP 2). One thread. */
final class RedisLine {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final byte[] END = {'\r', '\n'};

    private final DataInputStream in;
    private final OutputStream out;

    RedisLine(int port) throws IOException {
        @SuppressWarnings("resource") // lives as long as the process
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
    }

    /** Sends a command of texts and waits for its answer. */
    String ask(String... words) throws IOException {
        var command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        write(command);
        flush();
        return read();
    }

    /** Writes a command; {@link #flush} sends it. */
    void write(byte[]... words) throws IOException {
        out.write(("*" + words.length).getBytes(StandardCharsets.US_ASCII));
        out.write(END);
        for (byte[] word : words) {
            out.write(("$" + word.length).getBytes(StandardCharsets.US_ASCII));
            out.write(END);
            out.write(word);
            out.write(END);
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    /** The next answer: a status, a number or a text. */
    String read() throws IOException {
        var head = readLine();
        return switch (head.charAt(0)) {
            case '+', ':' -> head.substring(1);
            case '$' -> text(Integer.parseInt(head.substring(1)));
            default -> throw new IOException("Redis says: " + head);
        };
    }

    private String text(int length) throws IOException {
        byte[] text = new byte[length];
        in.readFully(text);
        in.skipNBytes(END.length);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("Redis has ended");
            }
            line.append((char) c);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }
}
