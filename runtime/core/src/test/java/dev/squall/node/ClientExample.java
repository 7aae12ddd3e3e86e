package dev.squall.node;

import dev.squall.client.Change;
import dev.squall.client.ClientOptions;
import dev.squall.client.PutResult;
import dev.squall.client.Reading;
import dev.squall.client.SquallClient;
import java.nio.charset.StandardCharsets;

/** Counts its own runs, however many run at the same time. */
final class ClientExample {

    private ClientExample() {}

    /** Arguments: the cluster's name, and {@code host:port,…} of members. */
    public static void main(String[] arguments) {
        var options = ClientOptions.of(arguments[0], arguments[1]);
        try (var client = SquallClient.of(options);
                var _ = client.watch("/things/", e -> System.out.println("seen: " + e.key()))) {
            System.out.println("run " + count(client, "/things/runs"));
        }
    }

    static long count(SquallClient client, String key) {
        while (true) {
            long count = 0;
            long version = 0; // no object
            if (client.get(key).join() instanceof Reading.Found found) {
                count = Long.parseLong(new String(found.bytes(), StandardCharsets.UTF_8));
                version = found.version();
            }
            var next = Change.put(key, Long.toString(count + 1)).ifVersion(version);
            if (client.change(next).join() instanceof PutResult.Stored) {
                return count + 1;
            } // else somebody was faster: again
        }
    }
}
