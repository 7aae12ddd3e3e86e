package dev.squall.device;

import dev.squall.udl.ModelSpec;
import java.util.function.Supplier;

/**
 * A model that somebody brought.
 *
 * @param spec what it takes and gives
 * @param owner the UDL that brought it, as {@code name:version}
 * @param bytes reads its file; called once, when it is loaded
 */
public record ModelSource(ModelSpec spec, String owner, Supplier<byte[]> bytes) {}
