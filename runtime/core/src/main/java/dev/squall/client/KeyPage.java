package dev.squall.client;

import java.util.List;

/**
 * Keys under a prefix, in order.
 *
 * @param more whether there are more: ask again for what comes after the last of these
 */
public record KeyPage(List<String> keys, boolean more) {
    public KeyPage {
        keys = List.copyOf(keys);
    }
}
