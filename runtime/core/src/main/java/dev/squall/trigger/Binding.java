package dev.squall.trigger;

import dev.squall.base.Key;
import dev.squall.trigger.UdlDescriptor.Dispatch;
import java.util.Map;

/**
 * An entry of a UDL version, bound to a key prefix by its own descriptor or by a graph's vertex.
 *
 * @param name who bound it: {@code udl/<name>/<entry>} or {@code graph/<name>/<vertex>}
 * @param udl the UDL, as {@code name:version}
 * @param sha256 its jar
 * @param entry the entry's name
 * @param type the class to run
 * @param prefix keys under it
 * @param on {@code put}, {@code trigger} or {@code both}
 * @param dispatch how objects are spread over lanes
 * @param allReplicas whether every replica runs it
 * @param emit output name to prefix
 * @param config the configuration that the class sees
 * @param deadlineMillis after this a run counts as overdue
 */
public record Binding(
        String name,
        String udl,
        String sha256,
        String entry,
        String type,
        String prefix,
        String on,
        Dispatch dispatch,
        boolean allReplicas,
        Map<String, String> emit,
        Map<String, String> config,
        long deadlineMillis) {

    /** Whether a put of this key concerns it. */
    boolean onPut(String key) {
        return !on.equals("trigger") && Key.under(key, prefix);
    }

    /** Whether a trigger of this key concerns it. */
    boolean onTrigger(String key) {
        return !on.equals("put") && Key.under(key, prefix);
    }
}
