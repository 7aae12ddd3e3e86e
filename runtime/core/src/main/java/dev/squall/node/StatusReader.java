package dev.squall.node;

import dev.squall.base.Key;
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
        return new ClusterStatus(
                config.cluster(),
                state.view(),
                config.id(),
                state.ready() ? "ready" : state.phase().name().toLowerCase(Locale.ROOT),
                state.reason(),
                config.members().stream().map(this::member).toList(),
                shards(),
                pools());
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
            var table = r.multicast().table();
            Map<Integer, Frontiers> frontiers = new TreeMap<>();
            for (int i = 0; i < r.members.size(); i++) {
                frontiers.put(
                        r.members.get(i).id(),
                        new Frontiers(
                                table.get(i, ShardColumn.RECEIVED),
                                table.get(i, ShardColumn.DELIVERED),
                                table.get(i, ShardColumn.PERSISTED)));
            }
            found.add(
                    new ShardStatus(
                            r.pool.name(),
                            r.index,
                            r.id,
                            r.members.stream().map(Member::id).toList(),
                            r.members.getFirst().id(),
                            r.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            r.reason(),
                            r.frontierTime(),
                            frontiers));
        }
        return found;
    }

    private List<PoolStatus> pools() {
        if (!group.directory().started()) {
            return List.of();
        }
        var found = new ArrayList<PoolStatus>();
        for (var pool : group.directory().metadata().pools().values()) {
            var spec = pool.spec();
            if (spec.name().equals(Key.SYSTEM_POOL)) {
                continue;
            }
            long keys = 0;
            long bytes = 0;
            long puts = 0;
            long putBytes = 0;
            for (int i = 0; i < spec.shards(); i++) {
                var replica = group.replicas().get(pool.firstShard() + i);
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
