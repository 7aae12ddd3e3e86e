/**
 * From a delivered object to the user's logic: {@link dev.squall.trigger.Dispatcher} finds the
 * bindings of a key and offers the object to a {@link dev.squall.trigger.Lane}, whose thread runs
 * the UDL. {@link dev.squall.trigger.UdlJar} checks and loads what users upload.
 */
@NullMarked
package dev.squall.trigger;

import org.jspecify.annotations.NullMarked;
