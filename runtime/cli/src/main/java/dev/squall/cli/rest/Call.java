package dev.squall.cli.rest;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, not yet bound to a node: method, path, query, headers, body. A body must be
 * repeatable (bytes or a file), because an overloaded node may ask for the call again. Not
 * thread-safe.
 */
public final class Call {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Duration UNKNOWN_BODY_LIMIT = Duration.ofHours(1);

    /** A body that is sent more slowly than 256 KiB/s is given up. */
    private static final long SLOWEST_BYTES_PER_SECOND = 256 << 10;

    private final String method;
    private final String path;
    private final List<String> query = new ArrayList<>();
    private final List<String> headers = new ArrayList<>();
    private BodyPublisher body = BodyPublishers.noBody();

    private Call(String method, String path) {
        this.method = method;
        this.path = path;
    }

    /** A GET of an already encoded path, for example {@code /v1/pools}. */
    public static Call get(String path) {
        return new Call("GET", path);
    }

    public static Call put(String path) {
        return new Call("PUT", path);
    }

    public static Call post(String path) {
        return new Call("POST", path);
    }

    public static Call delete(String path) {
        return new Call("DELETE", path);
    }

    /**
     * A key such as {@code /cameras/gate 1} as the rest of a path: segments encoded, slashes kept.
     */
    public static String keyPath(String key) {
        return encode(key, "/");
    }

    /** A name as one segment of a path: a slash in it is encoded too. */
    public static String segment(String name) {
        return encode(name, "");
    }

    /** Adds a query parameter; a null value adds nothing. */
    public Call query(String name, @Nullable Object value) {
        if (value != null) {
            query.add(name + "=" + encode(value.toString(), "/"));
        }
        return this;
    }

    /** Adds a header; a null value adds nothing. */
    public Call header(String name, @Nullable String value) {
        if (value != null) {
            headers.add(name);
            headers.add(value);
        }
        return this;
    }

    /** Sets the body; the publisher must be able to publish more than once. */
    public Call body(String contentType, BodyPublisher publisher) {
        body = publisher;
        return header("Content-Type", contentType);
    }

    /** Sets a JSON body. */
    public Call json(String json) {
        return body("application/json", BodyPublishers.ofString(json));
    }

    /** How long the call may take until its answer begins: a body may be long. */
    Duration limit() {
        long bytes = body.contentLength();
        return bytes < 0
                ? UNKNOWN_BODY_LIMIT
                : ANSWER_LIMIT.plusSeconds(bytes / SLOWEST_BYTES_PER_SECOND);
    }

    HttpRequest.Builder to(URI base) {
        String text = base.toString();
        String root = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        String tail = query.isEmpty() ? "" : "?" + String.join("&", query);
        var request = HttpRequest.newBuilder(URI.create(root + path + tail)).method(method, body);
        return headers.isEmpty() ? request : request.headers(headers.toArray(String[]::new));
    }

    /** Percent-encodes everything but RFC 3986's unreserved characters and those to keep. */
    private static String encode(String text, String keep) {
        var encoded = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~".indexOf(c) >= 0
                            || keep.indexOf(c) >= 0;
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
