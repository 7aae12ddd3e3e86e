/** Load from outside the group: a client of the fabric's port, beside a caller within. */
@NullMarked
package dev.squall.bench.client;

import org.jspecify.annotations.NullMarked;
