/**
 * The append-only log of a shard: {@link dev.squall.log.Log} in memory, {@link
 * dev.squall.log.Journal} on disk through the {@link dev.squall.log.Disk} port, {@link
 * dev.squall.log.PersistAgent} between them.
 */
@NullMarked
package dev.squall.log;

import org.jspecify.annotations.NullMarked;
