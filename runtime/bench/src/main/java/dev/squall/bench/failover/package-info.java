/**
 * What clients notice when nodes die and come back: how long puts stand still, whether any is lost
 * or applied twice, and whether the survivors grow with every change of the view.
 */
@NullMarked
package dev.squall.bench.failover;

import org.jspecify.annotations.NullMarked;
