/** The workbench itself; its use is tested by the samples. */
@NullMarked
package dev.squall.workbench;

import org.jspecify.annotations.NullMarked;
