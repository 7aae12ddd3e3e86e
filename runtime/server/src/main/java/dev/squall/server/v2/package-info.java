/**
 * The Open Inference Protocol with the binary tensor extension. The protocol's bytes are decoded
 * and encoded here; models run behind {@link dev.squall.node.ModelCatalog}.
 */
@NullMarked
package dev.squall.server.v2;

import org.jspecify.annotations.NullMarked;
