/**
 * Models on this node: {@link dev.squall.device.ModelCatalog} knows them by name, loads them with
 * the engine of their platform when they are first asked for, and runs them on threads of their
 * own.
 */
@NullMarked
package dev.squall.device;

import org.jspecify.annotations.NullMarked;
