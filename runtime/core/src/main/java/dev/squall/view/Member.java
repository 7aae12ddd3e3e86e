package dev.squall.view;

import dev.squall.base.Failure;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A configured member of the cluster.
 *
 * @param id its node id, from 1 on
 * @param host where its fabric listens
 * @param port the fabric's port
 * @param rest the address of its REST interface, for example {@code http://127.0.0.1:8080}
 */
public record Member(int id, String host, int port, String rest) {

    /** The most members of a cluster. */
    public static final int MEMBERS_MAX = 64;

    /** Where its fabric listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }

    /** Parses {@code id@host:port@restUrl,…}, sorted by id. */
    public static List<Member> parse(String text) {
        var members = new ArrayList<Member>();
        for (var part : text.split(",", -1)) {
            members.add(parseOne(part.strip()));
        }
        members.sort(Comparator.comparingInt(Member::id));
        for (int i = 1; i < members.size(); i++) {
            if (members.get(i).id() == members.get(i - 1).id()) {
                throw invalid("member " + members.get(i).id() + " is listed twice");
            }
        }
        if (members.size() > MEMBERS_MAX) {
            throw invalid(members.size() + " members; the limit is " + MEMBERS_MAX);
        }
        return List.copyOf(members);
    }

    private static Member parseOne(String text) {
        var match = Pattern.compile("([0-9]{1,6})@(.+):([0-9]{1,5})@(https?://.+)").matcher(text);
        if (!match.matches()) {
            throw invalid("member '" + text + "' is not <id>@<host>:<port>@<rest url>");
        }
        int id = Integer.parseInt(match.group(1));
        int port = Integer.parseInt(match.group(3));
        if (id < 1 || port < 1 || port > 65535) {
            throw invalid("member '" + text + "': ids begin at 1, ports are 1 to 65535");
        }
        return new Member(id, match.group(2), port, match.group(4));
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, "squall.members: " + message);
    }
}
