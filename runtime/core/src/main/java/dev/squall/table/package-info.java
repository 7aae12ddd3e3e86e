/**
 * The shared state table: one row per member, written by that member alone, seen by all. {@link
 * dev.squall.table.Table} holds the rows, {@link dev.squall.table.ShardColumn} and {@link
 * dev.squall.table.NodeColumn} say what stands in them.
 */
@NullMarked
package dev.squall.table;

import org.jspecify.annotations.NullMarked;
