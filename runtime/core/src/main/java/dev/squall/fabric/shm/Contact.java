package dev.squall.fabric.shm;

import org.jspecify.annotations.Nullable;

/**
 * A connected peer: how it writes here, and how it is written to. The two directions are
 * independent of each other. Belongs to the fabric's thread.
 */
final class Contact {

    /** Its node id. */
    final int peer;

    final Mail mail;

    /** The way into its memory; null = it is written to over its sockets. */
    @Nullable Neighbour way;

    /** Why the connection has to end; null = it has not. */
    @Nullable String broken;

    private final Home home;
    private final int slot;
    private long opened;
    private long seen;

    Contact(int peer, Mail mail, Home home) {
        this.peer = peer;
        this.mail = mail;
        this.home = home;
        this.slot = home.give(peer);
        this.seen = slot < 0 ? 0 : home.file.posts(slot);
    }

    /** Opens the slot that the peer has asked for. Returns whether there is one now. */
    boolean welcome() {
        long asked = mail.asked();
        if (slot < 0 || asked == opened) {
            return false;
        }
        opened = asked;
        home.file.open(slot, asked);
        return true;
    }

    /** Whether the peer has written something since this was last asked. */
    boolean came() {
        long posts = slot < 0 ? 0 : home.file.posts(slot);
        boolean more = posts != seen;
        seen = posts;
        return more;
    }

    /** Whether the peer has written something that {@link #came} has not yet told. */
    boolean waits() {
        return slot >= 0 && home.file.posts(slot) != seen;
    }

    /** Whether everything that the peer writes is seen without looking at its socket. */
    boolean writesHere() {
        return slot >= 0 && home.file.way(slot) == HomeFile.BY_MEMORY;
    }

    /** Nothing is taken from the peer any more. */
    void close() {
        mail.close();
        if (slot >= 0) {
            home.take(slot);
        }
    }
}
