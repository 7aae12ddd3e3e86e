package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.squall.base.Failure;
import dev.squall.server.http.Times;
import dev.squall.store.Budget;
import dev.squall.store.Keep;
import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.Senders;
import dev.squall.store.StoreKind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A pool as REST has it; on the way in, what is left out gets its default. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Pool")
public record PoolBody(
        @Schema(readOnly = true) @Nullable String name,
        @Schema(
                        enumeration = {"volatile", "persistent", "trigger"},
                        defaultValue = "volatile")
                @Nullable String store,
        @Schema(description = "Independent orders of its keys", defaultValue = "1")
                @Nullable Integer shards,
        @Schema(
                        description =
                                "Members that hold each shard, if there are so many; default: 3, or"
                                        + " all if fewer")
                @Nullable Integer replicas,
        @Schema(description = "A shard that fewer members hold takes no puts", defaultValue = "1")
                @Nullable Integer minReplicas,
        @Schema(description = "RE2 expression; keys with an equal match lie in the same shard")
                @Nullable String affinity,
        @Nullable Kept retention,
        @Schema(
                        enumeration = {"edge", "cloud", "any"},
                        defaultValue = "any")
                @Nullable String tier,
        @Schema(description = "Node ids that its shards may use; default: all not reserved")
                @Nullable List<Integer> members,
        @Schema(
                        description = "Whether only pools that name these members may use them",
                        defaultValue = "false")
                @Nullable Boolean exclusive,
        @Schema(
                        description = "Who takes puts: all, leader, or a list of node ids",
                        defaultValue = "all")
                @Nullable Object senders,
        @Schema(
                        description = "A producer silent for so long is forgotten, for example 1h",
                        defaultValue = "1h")
                @Nullable String session,
        @Schema(
                        description =
                                "Bytes of memory that each shard may take at each of its members;"
                                        + " default: squall.limits.pool-bytes of the node")
                @Nullable Long budget,
        @Schema(
                        description = "What happens to a put when the budget is used up",
                        enumeration = {"refuse", "evict"},
                        defaultValue = "refuse")
                @Nullable String full,
        @Schema(readOnly = true, description = "Pairs of shards between which keys still move")
                @Nullable Integer moving) {

    /** Copies of a shard, unless told or there are fewer members. */
    static final int REPLICAS_DEFAULT = 3;

    /** How much of the past is kept; what is left out or 0 has no limit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Retention")
    public record Kept(
            @Schema(description = "Versions of each key") @Nullable Integer versions,
            @Schema(description = "Bytes of each shard") @Nullable Long bytes,
            @Schema(description = "For example 90s, 15m, 1h or 7d") @Nullable String age,
            @Nullable Labelled keep) {}

    /** What stays all the same. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Keep")
    public record Labelled(
            @Schema(description = "What keeps a version, for example interesting; at most 7")
                    @Nullable List<String> labels,
            @Schema(
                            description = "Bytes of each shard that may be labelled",
                            defaultValue = "67108864")
                    @Nullable Long bytes) {

        private Keep spec() {
            return new Keep(labels == null ? List.of() : labels, or(bytes, Keep.BYTES_DEFAULT));
        }

        private static @Nullable Labelled of(Keep keep) {
            return keep.is() ? new Labelled(keep.labels(), keep.bytes()) : null;
        }
    }

    /** As the core wants it. */
    PoolSpec spec(String name, int inCluster) {
        if (this.name != null && !this.name.equals(name)) {
            throw invalid(
                    "name is '%s' in the body and '%s' in the path".formatted(this.name, name));
        }
        int usable = members == null || members.isEmpty() ? inCluster : members.size();
        return new PoolSpec(
                name,
                kind(),
                or(shards, 1),
                or(replicas, Math.min(REPLICAS_DEFAULT, usable)),
                or(affinity, ""),
                kept(),
                or(tier, "any"),
                new PoolLayout(
                        or(minReplicas, 1),
                        or(members, List.of()),
                        or(exclusive, false),
                        wantedSenders()),
                session == null
                        ? PoolSpec.SESSION_MILLIS_DEFAULT
                        : Times.millis("session", session),
                wantedBudget());
    }

    private Budget wantedBudget() {
        var then =
                switch (full) {
                    case null -> Budget.Full.REFUSE;
                    case "refuse" -> Budget.Full.REFUSE;
                    case "evict" -> Budget.Full.EVICT;
                    default ->
                            throw invalid(
                                    "full is '%s'; allowed are refuse, evict".formatted(full));
                };
        return new Budget(or(budget, 0L), then);
    }

    private Senders wantedSenders() {
        return switch (senders) {
            case null -> Senders.ALL;
            case String text -> Senders.parse(text);
            case List<?> ids ->
                    Senders.parse(
                            ids.stream().map(String::valueOf).collect(Collectors.joining(",")));
            default ->
                    throw invalid(
                            "senders is '%s'; allowed are all, leader, or a list of node ids"
                                    .formatted(senders));
        };
    }

    private static Object shown(Senders senders) {
        return senders instanceof Senders.Named(var ids) ? ids : senders.toString();
    }

    private StoreKind kind() {
        return switch (store) {
            case null -> StoreKind.VOLATILE;
            case "volatile" -> StoreKind.VOLATILE;
            case "persistent" -> StoreKind.PERSISTENT;
            case "trigger" -> StoreKind.TRIGGER;
            default ->
                    throw invalid(
                            "store is '%s'; allowed are volatile, persistent, trigger"
                                    .formatted(store));
        };
    }

    private Retention kept() {
        if (retention == null) {
            return Retention.ALL;
        }
        return new Retention(
                or(retention.versions, 0),
                or(retention.bytes, 0L),
                retention.age == null ? 0 : Times.millis("retention.age", retention.age),
                retention.keep == null ? Keep.NONE : retention.keep.spec());
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }

    /** As it is shown. */
    static PoolBody of(PoolSpec spec) {
        return of(spec, 0);
    }

    /**
     * As it is shown.
     *
     * @param moves pairs of shards between which keys still move
     */
    static PoolBody of(PoolSpec spec, int moves) {
        var kept = spec.retention();
        var layout = spec.layout();
        return new PoolBody(
                spec.name(),
                spec.store().name().toLowerCase(Locale.ROOT),
                spec.shards(),
                spec.replicas(),
                layout.minReplicas(),
                spec.affinity(),
                new Kept(
                        kept.versions() == 0 ? null : kept.versions(),
                        kept.bytes() == 0 ? null : kept.bytes(),
                        kept.ageMillis() == 0 ? null : Times.text(kept.ageMillis()),
                        Labelled.of(kept.keep())),
                spec.tier(),
                layout.members().isEmpty() ? null : layout.members(),
                layout.exclusive() ? true : null,
                shown(layout.senders()),
                Times.text(spec.sessionMillis()),
                spec.budget().is() ? spec.budget().bytes() : null,
                spec.budget().is() ? spec.budget().full().label() : null,
                moves == 0 ? null : moves);
    }
}
