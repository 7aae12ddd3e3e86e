package dev.squall.edge;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The agent's counters at one moment.
 *
 * @param agent the agent's name
 * @param key the key that its frames go to
 * @param source where they come from
 * @param producer under which identity they are put
 * @param node which node it is talking to
 * @param captured frames that the source gave
 * @param sent frames that the cluster answered
 * @param dropped frames that were neither, by reason
 * @param bufferedFrames frames that wait to be sent
 * @param bufferedBytes their bytes
 * @param retries attempts beyond each frame's first
 * @param failovers changes from one node to another
 * @param bytes bytes of the frames sent
 * @param lastVersion the version of the last one
 * @param ack from first attempt to answer, in microseconds
 */
record Report(
        String agent,
        String key,
        String source,
        ProducerId producer,
        String node,
        long captured,
        long sent,
        Map<Drop, Long> dropped,
        int bufferedFrames,
        long bufferedBytes,
        long retries,
        long failovers,
        long bytes,
        long lastVersion,
        Counters.Latency ack) {

    /** One line for people; reasons that never happened are left out. */
    String toLine() {
        String reasons =
                dropped.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .map(entry -> entry.getKey().label() + "=" + entry.getValue())
                        .collect(Collectors.joining(" "));
        return String.format(
                Locale.ROOT,
                "captured=%d sent=%d buffered=%d dropped{%s} retries=%d failovers=%d bytes=%d"
                        + " last_version=%d ack_p50=%.1fms ack_p99=%.1fms",
                captured,
                sent,
                bufferedFrames,
                reasons,
                retries,
                failovers,
                bytes,
                lastVersion,
                ack.p50Micros() / 1e3,
                ack.p99Micros() / 1e3);
    }

    /** One JSON object on one line, for programs: every reason, latencies in microseconds. */
    String toJson() {
        String reasons =
                dropped.entrySet().stream()
                        .map(entry -> quote(entry.getKey().label()) + ":" + entry.getValue())
                        .collect(Collectors.joining(",", "{", "}"));
        return "{\"id\":"
                + quote(agent)
                + ",\"key\":"
                + quote(key)
                + ",\"source\":"
                + quote(source)
                + ",\"producer\":"
                + quote(producer.id())
                + ",\"incarnation\":"
                + producer.incarnation()
                + ",\"node\":"
                + quote(node)
                + ",\"captured\":"
                + captured
                + ",\"sent\":"
                + sent
                + ",\"dropped\":"
                + reasons
                + ",\"buffered_frames\":"
                + bufferedFrames
                + ",\"buffered_bytes\":"
                + bufferedBytes
                + ",\"retries\":"
                + retries
                + ",\"failovers\":"
                + failovers
                + ",\"bytes\":"
                + bytes
                + ",\"last_version\":"
                + lastVersion
                + ",\"ack_p50_us\":"
                + ack.p50Micros()
                + ",\"ack_p99_us\":"
                + ack.p99Micros()
                + "}";
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
