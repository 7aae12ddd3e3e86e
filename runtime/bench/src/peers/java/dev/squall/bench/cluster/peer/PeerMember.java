package dev.squall.bench.cluster.peer;

import dev.squall.bench.member.CommandLink;
import dev.squall.bench.member.Load;
import dev.squall.bench.member.Message;
import dev.squall.bench.member.Sampler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A member of another system, which understands the commands that one of ours does: one load at a
 * time, its samples, and how much it holds. One thread.
 */
abstract class PeerMember {

    private final Sampler sampler = new Sampler();
    private @Nullable Load load;

    /** Begins puts as the command says. */
    abstract Load begin(Message put) throws Exception;

    /** What it holds; members that hold the same answer the same. */
    abstract Held held() throws Exception;

    /**
     * What a member holds.
     *
     * @param versions how many changes it has applied, or keys it has, as the system can tell
     * @param newest where its log ends
     */
    record Held(long versions, long newest) {}

    /** Says that it is ready, and carries commands out until there come no more. */
    final void serve() throws IOException, InterruptedException {
        System.out.println(Message.of("ready").line());
        System.out.flush();
        new CommandLink(System.out).serve(System.in, this::carryOut);
        stop();
    }

    private Message carryOut(Message m) throws Exception {
        switch (m.word()) {
            case "pool" -> {}
            case "put" -> {
                load = begin(m);
                sampler.begin();
            }
            case "stop" -> stop();
            case "sample" -> {
                return sampler.sample(load);
            }
            case "count" -> {
                var held = held();
                return Message.of("count", "versions", held.versions(), "newest", held.newest());
            }
            default ->
                    throw new IllegalArgumentException("a peer has no command '" + m.word() + "'");
        }
        return Message.of("done");
    }

    private void stop() throws InterruptedException {
        if (load != null) {
            load.stop();
            load = null;
        }
    }
}
