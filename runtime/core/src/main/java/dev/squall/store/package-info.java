/**
 * The memory as its users see it: pools of keys, each key a history of versions. {@link
 * dev.squall.store.ShardStore} is the state of one shard, fed in delivery order; everything it
 * hands out is the log's own memory, as {@link dev.squall.store.StoredObject}.
 */
@NullMarked
package dev.squall.store;

import org.jspecify.annotations.NullMarked;
