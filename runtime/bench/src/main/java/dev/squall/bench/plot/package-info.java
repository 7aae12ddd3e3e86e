/** Results of benches as pictures. */
@NullMarked
package dev.squall.bench.plot;

import org.jspecify.annotations.NullMarked;
