/** Systems that replicate, as members of a cluster of a bench: built only when somebody asks. */
@NullMarked
package dev.squall.bench.cluster.peer;

import org.jspecify.annotations.NullMarked;
