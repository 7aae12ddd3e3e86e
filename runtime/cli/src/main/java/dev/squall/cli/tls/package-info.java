/** Certificates for members and REST: {@link dev.squall.cli.tls.Authority} makes them. */
@NullMarked
package dev.squall.cli.tls;

import org.jspecify.annotations.NullMarked;
