package dev.squall.view;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a node takes part in no view, in words for people.
 *
 * @param view the newest that it knows
 * @param missing ids of members of that view that are not heard
 */
record Standstill(View view, Set<Integer> missing) {

    String why(Departure departure, Proposer proposer, boolean live) {
        if (departure.wish() != Row.Wish.BE_IN) {
            return departure.together() ? "stops with the whole group" : "leaves the group";
        }
        if (view.seats().size() - missing.size() < view.majority()) {
            return view.id() == 0
                    ? "waiting for members " + text()
                    : "%s decides by majority, but members %s are not heard"
                            .formatted(view, text());
        }
        if (!proposer.waitsFor().isEmpty()) {
            return proposer.waitsFor();
        }
        return live ? view + " is about to change" : "waits to be let into the group";
    }

    private String text() {
        return missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
