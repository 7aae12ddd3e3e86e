package dev.squall.rdma;

import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected. The list is replaced as a whole, so that who walks through it is not disturbed
 * by what he meets. Belongs to the fabric's thread.
 */
final class Contacts {

    private static final Contact[] NOBODY = {};

    private Contact[] all = NOBODY;

    Contact[] all() {
        return all;
    }

    @Nullable Contact find(int peer) {
        for (var contact : all) {
            if (contact.peer == peer) {
                return contact;
            }
        }
        return null;
    }

    void add(Contact contact) {
        all = Stream.concat(Arrays.stream(all), Stream.of(contact)).toArray(Contact[]::new);
    }

    /** Closes the contact of a peer. Returns whether there was one. */
    boolean remove(int peer) {
        var contact = find(peer);
        if (contact == null) {
            return false;
        }
        contact.close();
        all = Arrays.stream(all).filter(c -> c != contact).toArray(Contact[]::new);
        return true;
    }

    /** Whether all there is to see is completions. */
    boolean areQuiet() {
        for (var contact : all) {
            if (!contact.isOpen()) {
                return false;
            }
        }
        return all.length > 0;
    }

    /** Whether somebody's connection is being made. */
    boolean areComing() {
        for (var contact : all) {
            if (contact.isComing()) {
                return true;
            }
        }
        return false;
    }

    /** Takes what has completed. Returns how often peers have rung. */
    int poll() {
        int rings = 0;
        for (var contact : all) {
            var way = contact.way();
            rings += way == null ? 0 : way.poll();
        }
        return rings;
    }

    /** Lets the next completion ring the device's bell. */
    void arm() {
        for (var contact : all) {
            var way = contact.way();
            if (way != null) {
                way.arm();
            }
        }
    }

    void close() {
        for (var contact : all) {
            contact.close();
        }
        all = NOBODY;
    }
}
