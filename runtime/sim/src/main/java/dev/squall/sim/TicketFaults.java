package dev.squall.sim;

import dev.squall.node.ShardReplica;
import dev.squall.store.Tickets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Faults in the steps of batches over several shards: when a replica has just prepared a share,
 * committed one as its home, or seen it end. Whoever made the batch dies then, or the node that
 * took the step, or all lose their power; or somebody is cut off. At random times the few
 * milliseconds of a batch are seldom met.
 */
final class TicketFaults {

    private static final long MILLI = 1_000_000;

    /** How often such a step is followed by a fault, as long as there are some left. */
    private static final double ODDS = 0.15;

    /** Often at once, else within: 10 ms. */
    private static final long DELAY_NANOS_MAX = 10 * MILLI;

    private record Place(SimNode.Life life, int shard) {}

    private final World world;
    private final Chance chance;
    private final Season season;
    private final List<SimNode> nodes;
    private final NetworkFaults network;
    private final ProcessFaults processes;
    private final Map<Place, Set<Tickets.Id>> open = new HashMap<>();
    private int left;

    TicketFaults(
            World world,
            Chance chance,
            Season season,
            List<SimNode> nodes,
            NetworkFaults network,
            ProcessFaults processes) {
        this.world = world;
        this.chance = chance;
        this.season = season;
        this.nodes = nodes;
        this.network = network;
        this.processes = processes;
        if (world.swarm().rarities().tickets() > 0) {
            nodes.forEach(n -> n.afterTurn(() -> look(n)));
        }
    }

    /** So many may strike in the life that begins. */
    void plan(int count) {
        left = count;
        open.clear();
    }

    private void look(SimNode node) {
        var life = node.life();
        if (left == 0 || life == null) {
            return;
        }
        for (var replica : life.core().replicas()) {
            look(node, life, replica);
        }
    }

    private void look(SimNode node, SimNode.Life life, ShardReplica replica) {
        var store = replica.store();
        if (store == null) {
            return;
        }
        var now = new HashSet<Tickets.Id>();
        store.tickets().open().forEach(o -> now.add(o.id()));
        var place = new Place(life, replica.id());
        var before = open.getOrDefault(place, Set.of());
        if (now.equals(before)) {
            return;
        }
        open.put(place, now);
        var changed = new ArrayList<Tickets.Id>();
        now.stream().filter(id -> !before.contains(id)).forEach(changed::add);
        before.stream().filter(id -> !now.contains(id)).forEach(changed::add);
        if (left > 0 && chance.with(ODDS)) {
            left--;
            // A set has no order of its own, and a seed must be one run.
            changed.sort(TicketFaults::inOrder);
            var maker = nodes.get((int) changed.getFirst().node() - 1);
            long delay = chance.with(0.6) ? 0 : chance.scaled(0, DELAY_NANOS_MAX);
            int kind = chance.between(0, 5);
            season.after(delay, () -> strike(node, maker, kind));
        }
    }

    private static int inOrder(Tickets.Id one, Tickets.Id other) {
        return Long.compare(one.serial() * 1000 + one.node(), other.serial() * 1000 + other.node());
    }

    private void strike(SimNode node, SimNode maker, int kind) {
        world.trace()
                .say(node.id, "ticket", "of node %d, a step; kind %d".formatted(maker.id, kind));
        switch (kind) {
            case 0, 1 -> processes.crash(maker);
            case 2 -> processes.crash(node);
            case 3 -> {
                processes.crash(maker);
                processes.crash(node);
            }
            case 4 -> network.isolate((chance.with(0.5) ? maker : node).id);
            default -> processes.blackOut();
        }
    }
}
