/**
 * The rules of the house as tests: {@link dev.squall.house.ArrowsTest} which package may know
 * which, {@link dev.squall.house.DeterminismTest} what the protocol code must not ask the machine
 * for, and the {@code Tidy...} tests what holds for every file of the repository. Each rule is also
 * shown something that breaks it, so that none can pass by looking at nothing.
 */
@NullMarked
package dev.squall.house;

import org.jspecify.annotations.NullMarked;
