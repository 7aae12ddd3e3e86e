package dev.squall.node;

import dev.squall.device.ModelCatalog;
import dev.squall.node.ClusterStatus.Frontiers;
import dev.squall.node.ClusterStatus.MemberStatus;
import dev.squall.node.ClusterStatus.PoolStatus;
import dev.squall.node.ClusterStatus.ShardStatus;
import dev.squall.table.ShardColumn;
import dev.squall.view.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads the state table and the stores for people to look at. Any thread, without locks. */
final class StatusReader {

    private final NodeConfig config;
    private final GroupAgent group;
    private final ModelCatalog models;

    StatusReader(NodeConfig config, GroupAgent group, ModelCatalog models) {
        this.config = config;
        this.group = group;
        this.models = models;
    }

    ClusterStatus read() {
        var state = group.state();
        var view = group.view();
        return new ClusterStatus(
                config.cluster(),
                view.id(),
                view.members().stream().map(Member::id).toList(),
                config.id(),
                state.ready() ? "ready" : state.phase().name().toLowerCase(Locale.ROOT),
                state.reason(),
                members().stream().map(this::member).toList(),
                shards(),
                pools());
    }

    /** The view's members, and who else is configured. */
    List<Member> members() {
        var found = new TreeMap<Integer, Member>();
        config.members().forEach(m -> found.put(m.id(), m));
        group.view().members().forEach(m -> found.put(m.id(), m));
        return List.copyOf(found.values());
    }

    private MemberStatus member(Member m) {
        boolean self = m.id() == config.id();
        var runtime = Runtime.getRuntime();
        return new MemberStatus(
                m.id(),
                m.host() + ":" + m.port(),
                m.rest(),
                self ? ProcessHandle.current().pid() : 0,
                "local",
                "any",
                self ? runtime.availableProcessors() : 0,
                self ? runtime.maxMemory() : 0,
                0,
                self ? models.held() : List.of(),
                group.alive(m.id()));
    }

    private List<ShardStatus> shards() {
        var found = new ArrayList<ShardStatus>();
        for (var r : group.replicas().values()) {
            var members = r.members();
            Map<Integer, Frontiers> frontiers = frontiers(r);
            found.add(
                    new ShardStatus(
                            r.pool.name(),
                            r.index,
                            r.id,
                            members.stream().map(Member::id).toList(),
                            members.isEmpty() ? 0 : members.getFirst().id(),
                            senders(r),
                            state(r),
                            reason(r),
                            r.frontierTime(),
                            frontiers));
        }
        found.addAll(waiting());
        return found;
    }

    private static List<Integer> senders(ShardReplica r) {
        var epoch = r.epoch();
        return epoch == null ? List.of() : epoch.senders().stream().map(Member::id).toList();
    }

    private static boolean lacks(ShardReplica r) {
        return r.phase() == ShardReplica.Phase.READY && !r.lacks().isEmpty();
    }

    private static String state(ShardReplica r) {
        return lacks(r)
                ? "inadequate"
                : r.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String reason(ShardReplica r) {
        return lacks(r) ? r.lacks() : r.reason();
    }

    /** Shards that nobody makes up at the moment. */
    private List<ShardStatus> waiting() {
        if (!group.directory().started()) {
            return List.of();
        }
        var found = new ArrayList<ShardStatus>();
        var metadata = group.directory().metadata();
        for (var pool : metadata.pools().values()) {
            for (int shard : pool.maps().numbers().keySet()) {
                var place = metadata.map().place(shard);
                if (place != null && place.members().isEmpty()) {
                    found.add(
                            new ShardStatus(
                                    pool.spec().name(),
                                    pool.maps().index(shard),
                                    shard,
                                    List.of(),
                                    0,
                                    List.of(),
                                    "waiting",
                                    place.reason(pool.spec()),
                                    0,
                                    Map.of()));
                }
            }
        }
        return found;
    }

    private static Map<Integer, Frontiers> frontiers(ShardReplica r) {
        Map<Integer, Frontiers> frontiers = new TreeMap<>();
        var epoch = r.epoch();
        if (epoch != null) {
            var table = epoch.multicast.table();
            for (int i = 0; i < epoch.members.size(); i++) {
                frontiers.put(
                        epoch.members.get(i).id(),
                        new Frontiers(
                                table.get(i, ShardColumn.RECEIVED),
                                table.get(i, ShardColumn.DELIVERED),
                                table.get(i, ShardColumn.PERSISTED)));
            }
        }
        return frontiers;
    }

    private List<PoolStatus> pools() {
        if (!group.directory().started()) {
            return List.of();
        }
        var found = new ArrayList<PoolStatus>();
        for (var pool : group.directory().metadata().pools().values()) {
            var spec = pool.spec();
            long keys = 0;
            long bytes = 0;
            long puts = 0;
            long putBytes = 0;
            for (int shard : pool.maps().numbers().keySet()) {
                var replica = group.replicas().get(shard);
                var store = replica == null ? null : replica.store();
                if (store != null) {
                    keys += store.keyCount();
                    bytes += store.log().bytes();
                    puts += store.puts();
                    putBytes += store.putBytes();
                }
            }
            found.add(
                    new PoolStatus(
                            spec.name(),
                            spec.store().label(),
                            spec.shards(),
                            spec.replicas(),
                            keys,
                            bytes,
                            puts,
                            putBytes));
        }
        found.sort(Comparator.comparing(PoolStatus::name));
        return found;
    }
}
