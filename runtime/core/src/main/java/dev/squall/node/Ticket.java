package dev.squall.node;

import dev.squall.store.Tickets;
import java.util.List;

/**
 * A batch over several shards: its name, and who takes part.
 *
 * @param born when it was made, by its maker's clock, microseconds
 * @param node who made it
 * @param serial which of that node's it is
 * @param shards all that take part, the home first
 */
record Ticket(long born, long node, long serial, List<Integer> shards) {

    /** Of a batch that lies in one shard. */
    static final Ticket NONE = new Ticket(0, 0, 0, List.of());

    Ticket {
        shards = List.copyOf(shards);
    }

    static Ticket of(Tickets.Open open) {
        var id = open.id();
        return new Ticket(id.born(), id.node(), id.serial(), open.shards());
    }

    int home() {
        return shards.getFirst();
    }

    List<Integer> others() {
        return shards.subList(1, shards.size());
    }
}
