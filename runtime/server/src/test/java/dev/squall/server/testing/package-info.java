/** What the tests of this module share: plain HTTP by the JDK's own client, and jars to upload. */
@NullMarked
package dev.squall.server.testing;

import org.jspecify.annotations.NullMarked;
