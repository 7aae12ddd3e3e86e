package dev.squall.edge;

import java.io.IOException;

/** One frame of a source cannot be decoded; those after it may be. */
final class UnreadableFrameException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableFrameException(String message) {
        super(message);
    }
}
