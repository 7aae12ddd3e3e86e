/** What a bench prints: rows, as a table for people or as JSON for programs. */
@NullMarked
package dev.squall.bench.report;

import org.jspecify.annotations.NullMarked;
