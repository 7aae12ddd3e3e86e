package dev.squall.rdma;

import dev.squall.udl.Emitter;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import dev.squall.udl.UdlContext;
import java.nio.charset.StandardCharsets;

/** Puts, for each object under {@code /in}, one under {@code /out} that says which node was it. */
public final class SignUdl implements Udl {

    private int node;

    @Override
    public void open(UdlContext context) {
        node = context.node();
    }

    @Override
    public void handle(ObjectView object, Emitter out) {
        var text = StandardCharsets.UTF_8.decode(object.bytes().asByteBuffer());
        out.put(object.key().replace("/in/", "/out/"), text + " by " + node);
    }

    @Override
    public void close() {}
}
