/**
 * Squall's command line. {@link dev.squall.cli.Squall} is the tree of commands and the meaning of
 * the exit codes; a command is a thin class that says which call it makes ({@link
 * dev.squall.cli.ClientCommand}) or which processes it runs.
 */
@NullMarked
package dev.squall.cli;

import org.jspecify.annotations.NullMarked;
