/**
 * Objects larger than one record, on their way in and out in constant memory: {@link
 * dev.squall.server.bulk.Upload} cuts a body into chunks as it comes, {@link
 * dev.squall.server.bulk.Download} writes a range of them as fast as it is taken.
 */
@NullMarked
package dev.squall.server.bulk;

import org.jspecify.annotations.NullMarked;
