/** Maps that others wrote, each at its best: built only when somebody asks for them. */
@NullMarked
package dev.squall.bench.maps.peer;

import org.jspecify.annotations.NullMarked;
