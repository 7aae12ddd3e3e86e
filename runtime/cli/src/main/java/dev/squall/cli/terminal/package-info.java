/**
 * What a person at the terminal sees: tables, JSON or YAML, one line an event, and failures that
 * say what to do next. Knows nothing of HTTP or of processes.
 */
@NullMarked
package dev.squall.cli.terminal;

import org.jspecify.annotations.NullMarked;
