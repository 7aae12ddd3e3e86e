package dev.squall.server.route;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Set;

/** Which headers of a message are passed on: all but those that belong to one connection. */
final class Headers {

    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "host",
                    "expect",
                    "content-encoding",
                    "accept-encoding",
                    "squall-forwarded");

    private Headers() {}

    /** Adds what may be passed on. */
    static void copy(MultiMap from, MultiMap to) {
        from.forEach(header -> {
            if (!HOP_BY_HOP.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                to.add(header.getKey(), header.getValue());
            }
        });
    }
}
