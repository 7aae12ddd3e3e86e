/** Load on a running cluster by plain HTTP. */
@NullMarked
package dev.squall.bench.rest;

import org.jspecify.annotations.NullMarked;
