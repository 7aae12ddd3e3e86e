package dev.squall.client.door;

import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Slab;
import org.jspecify.annotations.Nullable;

/** One request of a guest on its way through the node, which keeps its bytes where they are. */
final class Asked implements Reply {

    private final Door door;
    final Guest guest;
    final long id;
    final Slab slab;
    private @Nullable Answer answer;

    Asked(Door door, Guest guest, long id, Slab slab) {
        this.door = door;
        this.guest = guest;
        this.id = id;
        this.slab = slab;
    }

    @Override
    public void answer(Answer answer) {
        this.answer = answer; // the queue that carries it orders this before the door's look
        door.answered(this);
    }

    @Nullable Answer answer() {
        return answer;
    }
}
