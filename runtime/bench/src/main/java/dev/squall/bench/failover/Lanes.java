package dev.squall.bench.failover;

import dev.squall.base.Failure;
import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.ServerNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Many lanes, spread over the nodes: together an open loop of puts at some rate, of which at most
 * one a lane is under way. Used by one thread.
 */
final class Lanes {

    /** How many: enough to keep an open loop while answers are slow, few enough for two cores. */
    static final int COUNT = 24;

    private final List<Lane> lanes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Starts them.
     *
     * @param pool where they put, a key each
     * @param perSecond the rate of all together; 0 = as fast as they are answered
     */
    Lanes(
            String pool,
            int life,
            NodeClient http,
            List<ServerNode> nodes,
            int size,
            double perSecond) {
        long step = perSecond == 0 ? 0 : (long) (1e9 / perSecond);
        long start = System.nanoTime();
        for (int i = 0; i < COUNT; i++) {
            lanes.add(
                    new Lane(
                            i,
                            key(pool, i),
                            life,
                            http,
                            nodes,
                            size,
                            start + i * step,
                            step * COUNT));
        }
        lanes.forEach(lane -> threads.add(Thread.ofVirtual().name(lane.key()).start(lane)));
    }

    static String key(String pool, int lane) {
        return "/" + pool + "/lane" + lane;
    }

    /** What was acknowledged since this was last asked, lane by lane. */
    List<List<Ack>> take() {
        for (var lane : lanes) {
            var strange = lane.strange();
            if (strange != null) {
                throw new Failure(Failure.Kind.UNAVAILABLE, strange);
            }
        }
        return lanes.stream().map(Lane::take).toList();
    }

    /** Spreads them over the nodes again. */
    void home() {
        lanes.forEach(Lane::home);
    }

    /** Ends them; a put under way may stay without an answer. */
    void stop() throws InterruptedException {
        lanes.forEach(Lane::stop);
        for (var thread : threads) {
            thread.join();
        }
    }
}
