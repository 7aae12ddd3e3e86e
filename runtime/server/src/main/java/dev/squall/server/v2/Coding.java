package dev.squall.server.v2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compression of answers, for clients that ask for it. (Requests are inflated by the HTTP server
 * itself.) The protocol's {@code deflate} is the zlib format.
 */
enum Coding {
    IDENTITY,
    GZIP,
    DEFLATE;

    /** Below this an answer does not get smaller: 512 bytes. */
    private static final int WORTH_BYTES = 512;

    /** The one to use for an Accept-Encoding header and a body of this size. */
    static Coding of(@Nullable String accepted, int size) {
        if (accepted == null || size < WORTH_BYTES) {
            return IDENTITY;
        }
        for (var part : accepted.split(",", -1)) {
            var name = part.strip().toLowerCase(Locale.ROOT);
            if (name.equals("gzip")) {
                return GZIP;
            }
            if (name.equals("deflate")) {
                return DEFLATE;
            }
        }
        return IDENTITY;
    }

    /** The header's value. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    byte[] encode(byte[] body) {
        var to = new ByteArrayOutputStream(body.length / 2);
        try (OutputStream out = stream(to)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return to.toByteArray();
    }

    private OutputStream stream(OutputStream to) throws IOException {
        return switch (this) {
            case IDENTITY -> to;
            case GZIP -> new GZIPOutputStream(to);
            case DEFLATE -> new DeflaterOutputStream(to);
        };
    }
}
