package dev.squall.store;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.squall.base.Document;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.base.Rendezvous;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A pool as its owner asked for it: a path prefix whose keys are spread over shards.
 *
 * @param name the first path element of its keys
 * @param store what it does with objects
 * @param shards into how many orders its keys are split
 * @param replicas how many members hold each shard, if there are so many
 * @param affinity a regular expression (RE2 syntax); keys with the same match lie in the same
 *     shard. Empty = every key for itself
 * @param retention how much of the past it keeps
 * @param tier where its members stand: edge, cloud or any. Kept and shown; members say what they
 *     are nowhere yet, so it chooses none
 * @param layout on which members its shards may lie, and which of them send
 * @param sessionMillis a producer that has had no new version for so long, by the times of the
 *     shard's log, is forgotten: retries of what it sent before are refused from then on
 * @param budget how much memory each shard may take
 */
public record PoolSpec(
        String name,
        StoreKind store,
        int shards,
        int replicas,
        String affinity,
        Retention retention,
        String tier,
        PoolLayout layout,
        long sessionMillis,
        Budget budget) {

    /** A silent producer is remembered for so long: 1 h. */
    public static final long SESSION_MILLIS_DEFAULT = 3_600_000;

    /** The longest that one may be: 30 days. */
    public static final long SESSION_MILLIS_MAX = 30L * 24 * 3_600_000;

    /** The most shards of a pool. */
    public static final int SHARDS_MAX = 64;

    /** The longest affinity expression, in characters. */
    public static final int AFFINITY_CHARS_MAX = 256;

    public PoolSpec {
        if (!name.equals(Key.SYSTEM_POOL)) {
            Key.checkPool(name);
        }
        if (shards < 1 || shards > SHARDS_MAX) {
            throw invalid("shards is %d; allowed are 1 to %d".formatted(shards, SHARDS_MAX));
        }
        if (replicas < 1) {
            throw invalid("replicas is " + replicas + "; at least 1 is needed");
        }
        if (affinity.length() > AFFINITY_CHARS_MAX) {
            throw invalid(
                    "affinity has %d characters; the limit is %d"
                            .formatted(affinity.length(), AFFINITY_CHARS_MAX));
        }
        try {
            Pattern.compile(affinity);
        } catch (PatternSyntaxException e) {
            throw invalid("affinity '%s': %s".formatted(affinity, e.getDescription()));
        }
        if (!tier.matches("edge|cloud|any")) {
            throw invalid("tier is '" + tier + "'; allowed are edge, cloud, any");
        }
        layout.check(replicas);
        if (sessionMillis < 1 || sessionMillis > SESSION_MILLIS_MAX) {
            throw invalid(
                    "sessionMillis is %d; allowed are 1 to %d"
                            .formatted(sessionMillis, SESSION_MILLIS_MAX));
        }
        budget.check(store);
        checkKeep(store, retention, budget);
    }

    private static void checkKeep(StoreKind store, Retention retention, Budget budget) {
        var keep = retention.keep();
        if (keep.is() && store == StoreKind.TRIGGER) {
            throw invalid("retention.keep in a pool that keeps nothing");
        }
        if (keep.is() && !retention.dropsAnything() && !budget.evicts()) {
            throw invalid(
                    "retention.keep says what stays when the rest goes, and nothing goes: give the"
                            + " pool an age, bytes, versions, or a budget that evicts");
        }
        if (budget.is() && store == StoreKind.VOLATILE && keep.bytes() > budget.bytes() / 2) {
            throw invalid(
                    "retention.keep is %d bytes; at most half of the pool's budget of %d"
                            .formatted(keep.bytes(), budget.bytes()));
        }
    }

    /** With producers that are remembered for {@link #SESSION_MILLIS_DEFAULT}, and no budget. */
    public PoolSpec(
            String name,
            StoreKind store,
            int shards,
            int replicas,
            String affinity,
            Retention retention,
            String tier,
            PoolLayout layout) {
        this(
                name,
                store,
                shards,
                replicas,
                affinity,
                retention,
                tier,
                layout,
                SESSION_MILLIS_DEFAULT,
                Budget.NONE);
    }

    /** On any members, all of which send. */
    public PoolSpec(
            String name,
            StoreKind store,
            int shards,
            int replicas,
            String affinity,
            Retention retention,
            String tier) {
        this(name, store, shards, replicas, affinity, retention, tier, PoolLayout.ANY);
    }

    /** The same, laid out in another way. */
    public PoolSpec laidOut(PoolLayout other) {
        return with(shards, replicas, retention, other, sessionMillis, budget);
    }

    /** The same, with sessions of another length. */
    public PoolSpec withSessions(long millis) {
        return with(shards, replicas, retention, layout, millis, budget);
    }

    /** The same, with another budget. */
    public PoolSpec withBudget(Budget other) {
        return with(shards, replicas, retention, layout, sessionMillis, other);
    }

    /** The same with other numbers of shards and replicas: what can be changed. */
    public PoolSpec scaled(int shards, int replicas) {
        return with(shards, replicas, retention, layout, sessionMillis, budget);
    }

    /** The same, with another retention. */
    public PoolSpec withRetention(Retention other) {
        return with(shards, replicas, other, layout, sessionMillis, budget);
    }

    private PoolSpec with(
            int shards,
            int replicas,
            Retention retention,
            PoolLayout layout,
            long sessionMillis,
            Budget budget) {
        return new PoolSpec(
                name,
                store,
                shards,
                replicas,
                affinity,
                retention,
                tier,
                layout,
                sessionMillis,
                budget);
    }

    /** Whether anything is ever dropped. */
    public boolean dropsAnything() {
        return retention.dropsAnything() || budget.evicts();
    }

    /** Whether what was kept may go, whoever may still want it. */
    public boolean bounded() {
        return retention.bounded() || budget.evicts();
    }

    /** As a document that {@link #read} reads. */
    public String write() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("store", store.label());
        fields.put("shards", shards);
        fields.put("replicas", replicas);
        fields.put("affinity", affinity);
        fields.put("retention", kept());
        fields.put("tier", tier);
        fields.put("minReplicas", layout.minReplicas());
        fields.put("members", layout.members());
        fields.put("exclusive", layout.exclusive());
        fields.put("senders", layout.senders().toString());
        fields.put("sessionMillis", sessionMillis);
        fields.put("budget", budget.bytes());
        fields.put("full", budget.full().label());
        fields.put("hash", Rendezvous.NAME);
        return Document.write(fields);
    }

    /** In a fixed order, or the same command would have other bytes at each start. */
    private Map<String, Object> kept() {
        var kept = new LinkedHashMap<String, Object>();
        kept.put("versions", retention.versions());
        kept.put("bytes", retention.bytes());
        kept.put("ageMillis", retention.ageMillis());
        if (retention.keep().is()) {
            kept.put("labels", String.join(",", retention.keep().labels()));
            kept.put("labelledBytes", retention.keep().bytes());
        }
        return kept;
    }

    /** Reads what {@link #write} wrote. */
    public static PoolSpec read(String name, String text) {
        var d = Document.parse("pool " + name, text);
        var kept = d.child("retention");
        return new PoolSpec(
                name,
                kind(d),
                (int) d.number("shards", 1, 1, SHARDS_MAX),
                (int) d.number("replicas", 1, 1, Integer.MAX_VALUE),
                d.text("affinity", ""),
                new Retention(
                        (int) kept.number("versions", 0, 0, Integer.MAX_VALUE),
                        kept.number("bytes", 0, 0, Long.MAX_VALUE),
                        kept.number("ageMillis", 0, 0, Long.MAX_VALUE),
                        keep(kept)),
                d.text("tier", "any"),
                layout(d),
                d.number("sessionMillis", SESSION_MILLIS_DEFAULT, 1, SESSION_MILLIS_MAX),
                new Budget(
                        d.number("budget", 0, 0, Long.MAX_VALUE),
                        d.choice("full", "refuse", Set.of("refuse", "evict")).equals("evict")
                                ? Budget.Full.EVICT
                                : Budget.Full.REFUSE));
    }

    private static Keep keep(Document kept) {
        var labels = kept.text("labels", "");
        return labels.isEmpty()
                ? Keep.NONE
                : new Keep(
                        List.of(labels.split(",", -1)),
                        kept.number("labelledBytes", 0, 0, Long.MAX_VALUE));
    }

    private static PoolLayout layout(Document d) {
        return new PoolLayout(
                (int) d.number("minReplicas", 1, 1, Integer.MAX_VALUE),
                d.numbers("members").stream().map(Math::toIntExact).toList(),
                d.choice("exclusive", "false", Set.of("true", "false")).equals("true"),
                Senders.parse(d.text("senders", "all")));
    }

    private static StoreKind kind(Document d) {
        var labels = Arrays.stream(StoreKind.values()).map(StoreKind::label);
        var label = d.choice("store", d.text("store"), labels.collect(Collectors.toSet()));
        return StoreKind.valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** The function that maps this pool's keys to its shards; compile once, use often. */
    public Placement placement() {
        return new Placement(affinity.isEmpty() ? null : Pattern.compile(affinity), shards);
    }

    /** Maps keys to shards by {@link Rendezvous} over the affinity label. */
    public static final class Placement {
        private final @Nullable Pattern affinity;
        private final int shards;

        private Placement(@Nullable Pattern affinity, int shards) {
            this.affinity = affinity;
            this.shards = shards;
        }

        /** The shard of a key, from 0. */
        public int shard(String key) {
            return shard(key, shards);
        }

        /** The shard of a key, from 0, if the pool had so many. */
        public int shard(String key, int count) {
            return count == 1 ? 0 : Rendezvous.choose(Rendezvous.hash(label(key)), count);
        }

        /** The key's affinity label: what the expression matches first, or the whole key. */
        public String label(String key) {
            if (affinity == null) {
                return key;
            }
            var matcher = affinity.matcher(key);
            if (!matcher.find()) {
                return key;
            }
            var group = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
            return group == null ? key : group;
        }
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }
}
