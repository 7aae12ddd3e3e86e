/**
 * Clusters of node processes on this machine. {@link dev.squall.cli.local.ClusterPlan} says what
 * shall run, {@link dev.squall.cli.local.Children} starts and stops it, {@link
 * dev.squall.cli.local.ClusterFile} remembers it for a later command.
 */
@NullMarked
package dev.squall.cli.local;

import org.jspecify.annotations.NullMarked;
