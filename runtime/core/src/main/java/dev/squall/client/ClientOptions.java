package dev.squall.client;

import dev.squall.base.Failure;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client needs to know.
 *
 * @param cluster the cluster's name; nodes of another refuse
 * @param seeds where some of its members listen for each other, of which one must be up; the client
 *     learns of the others
 * @param requestsMax requests that may be under way; one more waits, or is refused
 * @param bytesMax bytes of their payloads
 * @param timeoutMillis a request that has no answer after so long, tries at other members included,
 *     fails
 */
public record ClientOptions(
        String cluster,
        List<InetSocketAddress> seeds,
        int requestsMax,
        long bytesMax,
        long timeoutMillis) {

    /** The most requests that can be configured. */
    public static final int REQUESTS_LIMIT = 4096;

    /** Requests under way, unless configured. */
    public static final int REQUESTS_MAX_DEFAULT = 1024;

    /** Bytes under way, unless configured: 64 MiB. */
    public static final long BYTES_MAX_DEFAULT = 64 << 20;

    /** 10 s. */
    public static final long TIMEOUT_MILLIS_DEFAULT = 10_000;

    private static final int PORT_MAX = 65_535;

    public ClientOptions {
        seeds = List.copyOf(seeds);
        if (seeds.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "a client without the address of a member");
        }
        if (requestsMax < 1 || requestsMax > REQUESTS_LIMIT) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%d requests under way; allowed are 1 to %d"
                            .formatted(requestsMax, REQUESTS_LIMIT));
        }
        if (bytesMax < 1 || timeoutMillis < 1) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%d bytes under way and a timeout of %d ms; both must be positive"
                            .formatted(bytesMax, timeoutMillis));
        }
    }

    /**
     * The defaults.
     *
     * @param members {@code host:port,…}, the members' fabric addresses as in squall.members
     */
    public static ClientOptions of(String cluster, String members) {
        var seeds = new ArrayList<InetSocketAddress>();
        for (var part : members.split(",", -1)) {
            seeds.add(address(part.strip()));
        }
        return new ClientOptions(
                cluster, seeds, REQUESTS_MAX_DEFAULT, BYTES_MAX_DEFAULT, TIMEOUT_MILLIS_DEFAULT);
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port > 0 && port <= PORT_MAX) {
                return new InetSocketAddress(text.substring(0, colon), port);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Failure(Failure.Kind.INVALID, "member '" + text + "' is not <host>:<port>");
    }

    /** With other limits of what may be under way. */
    public ClientOptions underway(int requests, long bytes) {
        return new ClientOptions(cluster, seeds, requests, bytes, timeoutMillis);
    }

    /** With another timeout. */
    public ClientOptions timeout(long millis) {
        return new ClientOptions(cluster, seeds, requestsMax, bytesMax, millis);
    }
}
