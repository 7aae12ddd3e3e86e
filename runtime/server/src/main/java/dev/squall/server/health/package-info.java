/** What {@code /q/health} answers. */
@NullMarked
package dev.squall.server.health;

import org.jspecify.annotations.NullMarked;
