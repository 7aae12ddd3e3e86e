package dev.squall.edge;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Who puts: the identity under which a cluster recognises a retry, {@code
 * <id>/<incarnation>/<seq>}.
 *
 * <p>The id joins the agent's name and the camera's key with a dot and holds only letters, digits,
 * dots, hyphens and underscores. A slash of the key becomes a dot; any other character, also a dot
 * of the name, becomes its UTF-8 bytes as {@code _hh}: two cameras never share an id.
 *
 * @param id the producer's name, the same in each run
 * @param incarnation which run of it this is; a later run has a greater one
 */
record ProducerId(String id, long incarnation) {
    /** The longest id, in characters. */
    static final int MAX_LENGTH = 200;

    /** What stands in an id as it is. */
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

    ProducerId {
        if (id.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "producer id '%s' has %d characters, the limit is %d; shorten --id or --key"
                            .formatted(id, id.length(), MAX_LENGTH));
        }
    }

    /** The identity of one camera of one agent. */
    static ProducerId of(String agent, String key, long incarnation) {
        return new ProducerId(escape(agent) + '.' + escapePath(key.substring(1)), incarnation);
    }

    /** The value of the header {@code Squall-Producer} for one frame. */
    String triple(long seq) {
        return id + '/' + incarnation + '/' + seq;
    }

    private static String escapePath(String path) {
        var parts = path.split("/", -1);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = escape(parts[i]);
        }
        return String.join(".", parts);
    }

    private static String escape(String text) {
        var escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(octet) >= 0) {
                escaped.append((char) octet);
            } else {
                escaped.append('_').append(HexFormat.of().toHexDigits(octet));
            }
        }
        return escaped.toString();
    }
}
