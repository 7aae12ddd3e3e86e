package dev.squall.view;

/**
 * A member's place in a view: the member in one of its lives. Whoever has started again since holds
 * no seat any more, though the view still counts on its vote.
 *
 * @param member who
 * @param incarnation which life; 0 = any, in the configured view alone
 */
public record Seat(Member member, long incarnation) {

    /** The member's node id. */
    public int node() {
        return member.id();
    }
}
