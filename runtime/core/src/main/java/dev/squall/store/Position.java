package dev.squall.store;

import dev.squall.base.Failure;
import dev.squall.base.Version;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a watch has come: the newest version passed in each of its shards. Its text is the id of
 * every event, so that a client that comes back, to whichever node, says where it was everywhere.
 *
 * <p>The text lists the shards in ascending order, separated by commas: {@code
 * shard:view.sequence}, numbers in base 36. A shard number is left out when it is one more than the
 * one before, a view when it is the same. {@code -} stands for a shard that the watch wants to
 * follow from now on and has not reached yet. So {@code 5:2.1kz,0,3.9,-} names 2.1kz of shard 5,
 * 2.0 of shard 6, 3.9 of shard 7, and nothing yet of shard 8.
 *
 * <p>A shard that it does not name did not exist when it was written. Single-threaded.
 */
public final class Position {

    /** The longest text that is read: 64 Ki characters, some 8,000 shards. */
    public static final int CHARS_MAX = 64 << 10;

    /** What is said of a shard that has not been reached. */
    public static final long NOT_BEGUN = -1;

    private static final int RADIX = 36;
    private static final String NOT_BEGUN_TEXT = "-";

    private final TreeMap<Integer, Long> versions = new TreeMap<>();

    /** Reads a Last-Event-ID. */
    public static Position parse(String text) {
        var position = new Position();
        if (text.length() > CHARS_MAX) {
            throw invalid(text.substring(0, 40) + "…");
        }
        int shard = -1;
        long view = -1;
        for (var entry : text.split(",", -1)) {
            int colon = entry.indexOf(':');
            long named = colon < 0 ? shard + 1L : number(text, entry.substring(0, colon));
            if (named <= shard || named > Integer.MAX_VALUE || (shard < 0 && colon < 0)) {
                throw invalid(text);
            }
            shard = (int) named;
            var place = entry.substring(colon + 1);
            if (place.equals(NOT_BEGUN_TEXT)) {
                position.advance(shard, NOT_BEGUN);
                continue;
            }
            int dot = place.indexOf('.');
            view = dot < 0 ? view : number(text, place.substring(0, dot));
            long sequence = number(text, place.substring(dot + 1));
            if (view < 0 || view > Version.VIEW_MAX || sequence > Version.SEQUENCE_MAX) {
                throw invalid(text);
            }
            position.advance(shard, view << Version.SEQUENCE_BITS | sequence);
        }
        return position;
    }

    private static long number(String text, String digits) {
        try {
            long number = Long.parseLong(digits, RADIX);
            if (number >= 0 && digits.charAt(0) != '+' && digits.charAt(0) != '-') {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw invalid(text);
    }

    private static Failure invalid(String text) {
        return new Failure(
                Failure.Kind.INVALID,
                "Last-Event-ID '%s' is not the id of an event of a watch".formatted(text));
    }

    /** Whether it names a shard. */
    public boolean names(int shard) {
        return versions.containsKey(shard);
    }

    /** Whether the watch has been reading a shard. */
    public boolean begun(int shard) {
        return version(shard) != NOT_BEGUN;
    }

    /** The newest version passed in a shard: 0 = none yet, or {@link #NOT_BEGUN}. */
    public long version(int shard) {
        return versions.getOrDefault(shard, NOT_BEGUN);
    }

    /** Says how far the watch has come in a shard. */
    public void advance(int shard, long version) {
        versions.put(shard, version);
    }

    /** Whether it names no shard. */
    public boolean isEmpty() {
        return versions.isEmpty();
    }

    /** One shard's part of it, as a position of its own. */
    public String of(int shard) {
        var one = new Position();
        one.advance(shard, version(shard));
        return one.toString();
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        int before = Integer.MIN_VALUE;
        long view = -1;
        for (Map.Entry<Integer, Long> entry : versions.entrySet()) {
            int shard = entry.getKey();
            long version = entry.getValue();
            text.append(text.isEmpty() ? "" : ",");
            if (shard != before + 1) {
                text.append(Integer.toString(shard, RADIX)).append(':');
            }
            before = shard;
            if (version == NOT_BEGUN) {
                text.append(NOT_BEGUN_TEXT);
                continue;
            }
            if (Version.view(version) != view) {
                view = Version.view(version);
                text.append(Long.toString(view, RADIX)).append('.');
            }
            text.append(Long.toString(Version.sequence(version), RADIX));
        }
        return text.toString();
    }
}
