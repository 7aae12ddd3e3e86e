package dev.squall.client.door;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.store.ShardStore;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The node, as far as its {@link Door} needs it. Each call returns at once; the reply may be told
 * before it has returned, or later, by any thread.
 */
public interface Host {

    /** The cluster that guests must want. */
    String cluster();

    /**
     * What a new guest is told.
     *
     * @param number the how-manieth since the start
     */
    Answer.Welcome welcome(long number, int requestsMax);

    /** The node's view. */
    long view();

    /** Changes an object; its payload stays as it is until the reply. */
    void put(Request.Put put, Reply reply);

    /** Reads an object. */
    void get(Request.Get get, Reply reply);

    /** Lists keys. */
    void keys(Request.Keys keys, Reply reply);

    /** Runs the logic bound to a key. */
    void trigger(Request.Trigger trigger, Reply reply);

    /** Changes several objects. */
    void batch(Request.Batch batch, Reply reply);

    /** Where a pool lies. */
    Answer routes(String pool);

    /** The store of a shard held here. */
    Optional<ShardStore> store(int shard);

    /** Who holds a shard; empty when nobody does. */
    List<Integer> holders(int shard);

    /** Deliveries so far: as long as they are the same, no log has grown. */
    long deliveries();

    /** From now on this is run after deliveries, on the agent's thread; null = nothing. */
    void onDelivery(@Nullable Runnable bell);
}
