/**
 * Proof that the console works: its files fit together, and in a real Chromium it shows what a real
 * node holds.
 */
@NullMarked
package dev.squall.server.console;

import org.jspecify.annotations.NullMarked;
