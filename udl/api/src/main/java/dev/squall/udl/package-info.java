/**
 * What an author of user-defined logic (a UDL) compiles against.
 *
 * <p>Start at {@link dev.squall.udl.Udl}: the node opens it once, hands it every object that lands
 * under its prefix as an {@link dev.squall.udl.ObjectView}, and takes what it answers through an
 * {@link dev.squall.udl.Emitter}. {@link dev.squall.udl.UdlContext} is its door to the node: its
 * configuration, reads of the memory, and {@link dev.squall.udl.Models}.
 */
@NullMarked
package dev.squall.udl;

import org.jspecify.annotations.NullMarked;
