package dev.squall.server.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.view.Member;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Puts a question to the other members and gathers their answers. */
@Singleton
public final class Scatter {

    /** How long a member may take to answer. */
    static final long ANSWER_MILLIS = 2_000;

    /** The largest answer: 16 MiB. */
    static final int ANSWER_BYTES_MAX = 16 << 20;

    private final Node node;
    private final MemberClient client;
    private final Lost lost;

    Scatter(Node node, MemberClient client, Lost lost) {
        this.node = node;
        this.client = client;
        this.lost = lost;
    }

    /**
     * What the others answered.
     *
     * @param bodies of those who did
     * @param missing the ids of those who did not
     */
    public record Answers(List<JsonNode> bodies, List<Integer> missing) {}

    /** Asks all other members at once; never fails. */
    public Future<Answers> all(String path) {
        var others = node.members().stream().filter(m -> m.id() != node.config().id()).toList();
        var asked = new ArrayList<Future<JsonNode>>();
        for (var member : others) {
            asked.add(ask(member, path));
        }
        return Future.join(asked).otherwiseEmpty().map(_ -> gather(others, asked));
    }

    private Future<JsonNode> ask(Member member, String path) {
        return ask(member, path, 0);
    }

    private Future<JsonNode> ask(Member member, String path, long waitMillis) {
        return lost.is(member)
                ? Future.failedFuture(
                        new Failure(Failure.Kind.UNAVAILABLE, "node " + member.id() + " is lost"))
                : client.get(member, path, ANSWER_MILLIS + waitMillis, ANSWER_BYTES_MAX);
    }

    private static Answers gather(List<Member> members, List<Future<JsonNode>> asked) {
        var bodies = new ArrayList<JsonNode>();
        var missing = new ArrayList<Integer>();
        for (int i = 0; i < asked.size(); i++) {
            if (asked.get(i).succeeded()) {
                bodies.add(asked.get(i).result());
            } else {
                missing.add(members.get(i).id());
            }
        }
        return new Answers(bodies, missing);
    }

    /**
     * Asks one member after the other, until one answers.
     *
     * @param waitMillis how long the question itself lets a member wait
     */
    public Future<JsonNode> first(List<Member> members, String path, long waitMillis) {
        var others = members.stream().filter(m -> m.id() != node.config().id()).toList();
        return first(others, 0, path, waitMillis, "it has no other member");
    }

    private Future<JsonNode> first(
            List<Member> members, int at, String path, long waitMillis, String reason) {
        if (at == members.size()) {
            return Future.failedFuture(
                    new Failure(
                            Failure.Kind.UNAVAILABLE,
                            "no member answers for %s: %s".formatted(path, reason)));
        }
        return ask(members.get(at), path, waitMillis)
                .recover(e ->
                        e instanceof Failure f && f.kind() == Failure.Kind.UNAVAILABLE
                                ? first(
                                        members,
                                        at + 1,
                                        path,
                                        waitMillis,
                                        String.valueOf(e.getMessage()))
                                : Future.failedFuture(e));
    }
}
