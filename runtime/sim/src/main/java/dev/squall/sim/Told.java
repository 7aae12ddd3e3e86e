package dev.squall.sim;

import dev.squall.sim.check.Checkers;
import dev.squall.sim.check.Subject;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;

/** Tells the checkers at once what a node has stored. */
record Told(Checkers checkers, Subject node) implements PutListener {

    @Override
    public void onPut(ShardStore store, long at, StoredObject object) {
        checkers.stored(node, store, object);
    }

    @Override
    public void onChunk(ShardStore store, long at, StoredObject part) {
        checkers.stored(node, store, part);
    }

    @Override
    public void onImport(ShardStore store, long at, StoredObject object) {
        checkers.stored(node, store, object);
    }

    @Override
    public void onWord(ShardStore store, long at, StoredObject word) {
        checkers.stored(node, store, word);
    }
}
