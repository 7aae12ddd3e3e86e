package dev.squall.edge;

/** One picture on its way up. Immutable; whoever holds it may read it from any thread. */
final class Frame {
    private final byte[] jpeg;
    private final long capturedMicros;

    /**
     * @param jpeg the encoded picture; this frame owns the array from now on
     * @param capturedMicros when it was taken, microseconds since the epoch
     */
    Frame(byte[] jpeg, long capturedMicros) {
        this.jpeg = jpeg;
        this.capturedMicros = capturedMicros;
    }

    /** The encoded picture, to be read only. */
    byte[] jpeg() {
        return jpeg;
    }

    /** The length of the encoded picture in bytes. */
    int size() {
        return jpeg.length;
    }

    long capturedMicros() {
        return capturedMicros;
    }
}
