package dev.squall.bench.failover;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.bench.node.NodeClient;
import dev.squall.bench.node.NodeClient.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is right passes, what is planted is found. */
class AuditTest {

    private static final String KEY = "/failover/lane1";

    private static Ack ack(int life, int sequence, long version) {
        return new Ack("lane1/%d/%d".formatted(life, sequence), 0, 1, 1, version);
    }

    private static Version kept(int life, int sequence, long version) {
        return new Version(version, version, 9, false, "lane1/%d/%d".formatted(life, sequence));
    }

    private static void look(
            List<Ack> acks, List<Version> history, int lost, int twice, int findings) {
        try (var http = new NodeClient()) {
            var audit = new Audit(http);
            audit.look(KEY, acks, history);
            assertEquals(lost, audit.lost());
            assertEquals(twice, audit.twice());
            assertEquals(findings, audit.wrong().size());
        }
    }

    @Test
    void everythingOnceAndInOrderIsRight() {
        look(
                List.of(ack(1, 1, 10), ack(1, 2, 11), ack(2, 1, 14)),
                List.of(kept(1, 1, 10), kept(1, 2, 11), kept(1, 3, 12), kept(2, 1, 14)),
                0,
                0,
                0);
    }

    @Test
    void whatIsMissingOrElsewhereIsLost() {
        look(List.of(ack(1, 1, 10)), List.of(), 1, 0, 1);
        look(List.of(ack(1, 1, 10)), List.of(kept(1, 1, 11)), 1, 0, 1);
    }

    @Test
    void whatComesAgainIsTwice() {
        look(List.of(), List.of(kept(1, 1, 10), kept(1, 1, 11)), 0, 1, 1);
        look(List.of(), List.of(kept(1, 1, 10), kept(1, 2, 11), kept(1, 1, 12)), 0, 1, 1);
    }

    @Test
    void oneLookGoesOnWhereTheOneBeforeEnded() {
        try (var http = new NodeClient()) {
            var audit = new Audit(http);
            audit.look(KEY, List.of(ack(1, 1, 10)), List.of(kept(1, 1, 10)));
            audit.look(KEY, List.of(), List.of(kept(1, 1, 11)));
            assertEquals(1, audit.twice());
        }
    }

    @Test
    void whatIsHeardOfAfterItWasFoundIsNotLost() {
        try (var http = new NodeClient()) {
            var audit = new Audit(http);
            audit.look(KEY, List.of(), List.of(kept(1, 1, 10), kept(1, 2, 11)));
            audit.look(KEY, List.of(ack(1, 1, 10), ack(1, 2, 11)), List.of());
            assertEquals(0, audit.lost());
        }
    }
}
