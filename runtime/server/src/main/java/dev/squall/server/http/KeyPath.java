package dev.squall.server.http;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Keys in the paths of requests: a key is what follows the resource, percent-decoded. */
public final class KeyPath {

    private KeyPath() {}

    /** The key that a resource's path parameter names. */
    public static String key(String parameter) {
        return Key.check("/" + parameter);
    }

    /** The key in a raw path that begins with this prefix, which ends with a slash. */
    public static String key(String path, String prefix) {
        var raw = path.substring(prefix.length());
        if (raw.indexOf(';') >= 0) {
            throw new Failure(
                    Failure.Kind.INVALID, "path '%s': write ; as %%3B in a key".formatted(path));
        }
        try {
            return key(URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.Kind.INVALID, "path '%s': %s".formatted(path, e.getMessage()));
        }
    }

    /** The key as it stands in a path, with its leading slash. */
    public static String encode(String key) {
        return parameter(key).replace("%2F", "/");
    }

    /** A text as it stands in a query. */
    public static String parameter(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
