/**
 * Who belongs to the group: {@link dev.squall.view.View} the agreed members, {@link
 * dev.squall.view.Membership} how a view forms and ends, {@link dev.squall.view.Layout} which
 * members hold which shard.
 */
@NullMarked
package dev.squall.view;

import org.jspecify.annotations.NullMarked;
