package dev.squall.node;

import java.util.List;

/**
 * A version of a UDL, as shown.
 *
 * @param id {@code name:version}
 * @param name its name
 * @param version its version
 * @param sha256 its jar
 * @param description one line
 * @param entries what it offers
 * @param state {@code running}, {@code opening}, {@code unbound} or {@code failed: reason}, here
 * @param handled objects handled on this node
 * @param failed objects whose handling threw, on this node
 * @param dropped objects that never met it, on this node
 * @param lastError the newest failure on this node; empty = none
 */
public record UdlInfo(
        String id,
        String name,
        int version,
        String sha256,
        String description,
        List<Entry> entries,
        String state,
        long handled,
        long failed,
        long dropped,
        String lastError) {

    /** A class of the UDL that handles objects. */
    public record Entry(
            String name, String type, String prefix, String on, String dispatch, String replicas) {}
}
