/** What a client and a node say to each other, byte by byte, and the way of bytes in and out. */
@NullMarked
package dev.squall.client.frame;

import org.jspecify.annotations.NullMarked;
