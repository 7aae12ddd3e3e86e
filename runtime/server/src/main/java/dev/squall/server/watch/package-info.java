/** Streams of what changes: each watch reads the shards' logs itself, at its own pace. */
@NullMarked
package dev.squall.server.watch;

import org.jspecify.annotations.NullMarked;
