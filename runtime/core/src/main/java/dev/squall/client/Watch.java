package dev.squall.client;

/** A watch that goes on until it is closed. Any thread. */
public final class Watch implements AutoCloseable {

    private final Watching watching;
    private final Loop loop;

    Watch(Watching watching, Loop loop) {
        this.watching = watching;
        this.loop = loop;
    }

    /**
     * How far it has come in each shard, as a text: a later watch that is given it goes on from
     * there, at whichever node. The same as the id of an event of a watch by REST.
     */
    public String position() {
        return watching.position().toString();
    }

    /** Ends it; what is on its way may still come. */
    @Override
    public void close() {
        loop.run(() -> loop.watches().end(watching));
    }
}
