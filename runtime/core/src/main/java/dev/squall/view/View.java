package dev.squall.view;

import java.util.List;

/**
 * An agreed membership.
 *
 * @param id grows with every view, over restarts of everything
 * @param members in rank order
 */
public record View(long id, List<Member> members) {

    public View {
        members = List.copyOf(members);
    }

    /** The rank of a node, or -1. */
    public int rank(int node) {
        for (int r = 0; r < members.size(); r++) {
            if (members.get(r).id() == node) {
                return r;
            }
        }
        return -1;
    }
}
