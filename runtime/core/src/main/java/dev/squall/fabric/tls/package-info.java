/**
 * TLS 1.3 for connections between members: {@link dev.squall.fabric.tls.Credentials} are what a
 * node shows and whom it believes, {@link dev.squall.fabric.tls.SecureChannel} is one connection.
 */
@NullMarked
package dev.squall.fabric.tls;

import org.jspecify.annotations.NullMarked;
