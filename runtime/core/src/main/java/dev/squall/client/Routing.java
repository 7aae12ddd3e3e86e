package dev.squall.client;

import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of where things are. It may be old: a node that is asked for what it does not
 * hold says who does. Any thread reads, the client's own writes.
 */
final class Routing {

    /** The most pools of which is remembered where they lie. */
    private static final int POOLS_MAX = 4096;

    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Map<Integer, InetSocketAddress> addresses = new ConcurrentHashMap<>();

    /** Pools that keep nothing. */
    private final Set<String> triggers = ConcurrentHashMap.newKeySet();

    private volatile long view;

    /** One pool. */
    private record Pool(
            Answer.Routed routed, PoolSpec.Placement placement, List<List<Member>> holders) {}

    /** Takes what a node says. */
    void learn(Answer.Routed routed) {
        var spec =
                new PoolSpec(
                        routed.pool(),
                        routed.kind(),
                        routed.shards().size(),
                        1,
                        routed.affinity(),
                        Retention.ALL,
                        "any");
        for (var m : routed.members()) {
            var known = addresses.get(m.node());
            if (known == null
                    || known.getPort() != m.port()
                    || !known.getHostString().equals(m.host())) {
                addresses.put(m.node(), new InetSocketAddress(m.host(), m.port()));
            }
        }
        var holders =
                routed.shards().stream()
                        .map(s -> s.members().stream().map(Routing::member).toList())
                        .toList();
        if (pools.size() >= POOLS_MAX) {
            pools.clear();
            triggers.clear();
        }
        if (routed.kind() == StoreKind.TRIGGER) {
            triggers.add(routed.pool());
        } else {
            triggers.remove(routed.pool());
        }
        pools.put(routed.pool(), new Pool(routed, spec.placement(), holders));
        view = Math.max(view, routed.view());
    }

    private static Member member(int id) {
        return new Member(id, "", 0, "");
    }

    /** Forgets a pool. */
    void forget(String pool) {
        pools.remove(pool);
    }

    /** Forgets where pools lie, when the view has changed. */
    void seen(long other) {
        if (other > view) {
            view = other;
            pools.clear();
        }
    }

    /** Whether changes of a pool are remembered, so that a retry happens once. */
    boolean remembers(String pool) {
        return !triggers.contains(pool);
    }

    /** The shards of a pool, or none when it is not known. */
    List<Answer.Routed.Place> shards(String pool) {
        var known = pools.get(pool);
        return known == null ? List.of() : known.routed.shards();
    }

    /** The shard of a call, if its pool is known. */
    Answer.Routed.@Nullable Place place(Call<?> call) {
        var pool = pools.get(call.pool);
        return pool == null ? null : pool.routed.shards().get(index(pool, call));
    }

    private static int index(Pool pool, Call<?> call) {
        int index = call.index >= 0 ? call.index : pool.placement.shard(call.key);
        return Math.min(index, pool.routed.shards().size() - 1);
    }

    /** Who can answer a call, the best first; empty when that is not known. */
    List<Integer> members(Call<?> call) {
        var pool = pools.get(call.pool);
        if (!call.elsewhere.isEmpty() || pool == null) {
            return call.elsewhere;
        }
        int index = index(pool, call);
        var place = pool.routed.shards().get(index);
        return switch (call.goal) {
            case SENDER, ANYBODY -> place.senders();
            case HOLDER -> sendersFirst(place);
            case RUNNER ->
                    place.members().isEmpty()
                            ? List.of()
                            : List.of(Layout.runner(pool.holders.get(index), call.key).id());
        };
    }

    /** Where one puts, one reads: there is what one has put. */
    private static List<Integer> sendersFirst(Answer.Routed.Place place) {
        if (place.senders().size() == place.members().size()) {
            return place.senders();
        }
        var all = new LinkedHashSet<>(place.senders());
        all.addAll(place.members());
        return List.copyOf(all);
    }

    @Nullable InetSocketAddress address(int node) {
        return addresses.get(node);
    }

    /** All members that are known. */
    List<InetSocketAddress> addresses() {
        return new ArrayList<>(addresses.values());
    }

    /** The failure of a call for a pool of which a node says this. */
    static Failure failure(Answer.Failed failed) {
        return new Failure(failed.kind(), failed.message());
    }
}
