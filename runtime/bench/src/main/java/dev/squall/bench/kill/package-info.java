/** What is known of puts that were acknowledged durable, and what was found after a kill. */
@NullMarked
package dev.squall.bench.kill;

import org.jspecify.annotations.NullMarked;
