package dev.squall.sim;

import dev.squall.sim.check.Checkers;
import dev.squall.sim.check.Subject;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;

/** Tells the checkers of all that a node's shards take in. */
record Told(Checkers checkers, Subject subject) implements PutListener {

    @Override
    public void onPut(ShardStore store, long at, StoredObject object) {
        checkers.stored(subject, store, object);
    }

    @Override
    public void onChunk(ShardStore store, long at, StoredObject part) {
        checkers.stored(subject, store, part);
    }
}
