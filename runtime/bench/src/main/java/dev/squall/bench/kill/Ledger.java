package dev.squall.bench.kill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps every acknowledgement over all lives of a cluster, and compares what the members hold with
 * it. What must hold:
 *
 * <ul>
 *   <li>all members hold the same versions, bytes and times, in the same order;
 *   <li>every put acknowledged in any life is among them, as it was acknowledged;
 *   <li>what was found after one life is found after every later one, acknowledged or not;
 *   <li>no put is there twice, and none with other bytes than its own.
 * </ul>
 *
 * <p>{@link #acknowledged} by any thread; the rest by one.
 */
public final class Ledger {

    private final ConcurrentLinkedQueue<Entry> heard = new ConcurrentLinkedQueue<>();
    private final AtomicLong heardCount = new AtomicLong();
    private final List<Entry> acknowledged = new ArrayList<>();
    private final Map<String, Entry> found = new HashMap<>();
    private long lost;

    /** A member has answered a put. */
    public void acknowledged(Entry entry) {
        heard.add(entry);
        heardCount.incrementAndGet();
    }

    /** How many puts were acknowledged so far. */
    public long acknowledgedCount() {
        return heardCount.get();
    }

    /** How many of them a member did not hold as they were acknowledged, over all checks. */
    public long lost() {
        return lost;
    }

    /** How many versions there were at the last check. */
    public long foundCount() {
        return found.size();
    }

    /**
     * Compares the members' histories with what is known.
     *
     * @param histories of each member, by key and then version
     * @return what is wrong, in words; empty when nothing is
     */
    public List<String> check(Map<Integer, List<Entry>> histories) {
        var wrong = new ArrayList<String>();
        for (var entry = heard.poll(); entry != null; entry = heard.poll()) {
            acknowledged.add(entry);
        }
        int first = histories.keySet().iterator().next();
        histories.forEach((member, history) -> {
            checkEqual(first, histories.getOrDefault(first, List.of()), member, history)
                    .ifPresent(wrong::add);
            checkMember(member, history, wrong);
        });
        histories.getOrDefault(first, List.of()).forEach(e -> found.put(e.place(), e));
        return wrong;
    }

    private static Optional<String> checkEqual(
            int first, List<Entry> expected, int member, List<Entry> history) {
        if (expected.equals(history)) {
            return Optional.empty();
        }
        int i = 0;
        while (i < expected.size()
                && i < history.size()
                && expected.get(i).equals(history.get(i))) {
            i++;
        }
        return Optional.of(
                "members %d and %d hold %d and %d versions, at place %d %s and %s"
                        .formatted(
                                first,
                                member,
                                expected.size(),
                                history.size(),
                                i,
                                at(expected, i),
                                at(history, i)));
    }

    private static String at(List<Entry> history, int i) {
        return i < history.size() ? history.get(i).toString() : "the end";
    }

    private void checkMember(int member, List<Entry> history, List<String> wrong) {
        var there = new HashMap<String, Entry>();
        var stamps = new HashSet<String>();
        for (var entry : history) {
            if (there.put(entry.place(), entry) != null) {
                wrong.add("member %d holds %s twice".formatted(member, entry.place()));
            }
            if (entry.stamp().equals(Entry.HARMED)) {
                wrong.add("member %d holds harmed bytes: %s".formatted(member, entry));
            } else if (!stamps.add(entry.stamp())) {
                wrong.add("member %d holds one put twice: %s".formatted(member, entry));
            }
        }
        for (var entry : acknowledged) {
            if (differs(entry, there)) {
                lost++;
                wrong.add(
                        "member %d lost what was acknowledged: %s, there is %s"
                                .formatted(member, entry, there.get(entry.place())));
            }
        }
        for (var entry : found.values()) {
            if (differs(entry, there)) {
                wrong.add("member %d no longer holds what it held: %s".formatted(member, entry));
            }
        }
    }

    private static boolean differs(Entry expected, Map<String, Entry> there) {
        return !expected.equals(there.get(expected.place()));
    }
}
