/** The only place where configuration is read: once, into records of the core. */
@NullMarked
package dev.squall.server.config;

import org.jspecify.annotations.NullMarked;
