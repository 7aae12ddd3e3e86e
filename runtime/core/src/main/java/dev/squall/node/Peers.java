package dev.squall.node;

import dev.squall.view.Member;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a node reaches shards that it does not hold. Implemented by whoever stands in front of it.
 */
public interface Peers {

    /** Puts at a member that holds the key's shard. */
    CompletableFuture<PutAnswer> put(Member member, Put put);

    /** Brings a batch, as a record, into the order of a shard that a member holds. */
    CompletableFuture<PutAnswer> order(Member member, int shard, byte[] record, AckLevel ack);

    /** Triggers at the member that runs the key's logic. */
    CompletableFuture<Optional<byte[]>> trigger(
            Member member, String key, byte[] payload, boolean wait);
}
