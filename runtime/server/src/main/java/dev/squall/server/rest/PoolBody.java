package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.squall.base.Failure;
import dev.squall.server.http.Times;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.StoreKind;
import java.util.Locale;
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
        @Schema(description = "Members that hold each shard; default: 3, or all if fewer")
                @Nullable Integer replicas,
        @Schema(description = "RE2 expression; keys with an equal match lie in the same shard")
                @Nullable String affinity,
        @Nullable Kept retention,
        @Schema(
                        enumeration = {"edge", "cloud", "any"},
                        defaultValue = "any")
                @Nullable String tier) {

    /** Copies of a shard, unless told or there are fewer members. */
    static final int REPLICAS_DEFAULT = 3;

    /** How much of the past is kept; what is left out or 0 has no limit. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "Retention")
    public record Kept(
            @Schema(description = "Versions of each key") @Nullable Integer versions,
            @Schema(description = "Bytes of each shard") @Nullable Long bytes,
            @Schema(description = "For example 90s, 15m, 1h or 7d") @Nullable String age) {}

    /** As the core wants it. */
    PoolSpec spec(String name, int members) {
        if (this.name != null && !this.name.equals(name)) {
            throw invalid(
                    "name is '%s' in the body and '%s' in the path".formatted(this.name, name));
        }
        return new PoolSpec(
                name,
                kind(),
                or(shards, 1),
                or(replicas, Math.min(REPLICAS_DEFAULT, members)),
                or(affinity, ""),
                kept(),
                or(tier, "any"));
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
                retention.age == null ? 0 : Times.millis("retention.age", retention.age));
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private static Failure invalid(String message) {
        return new Failure(Failure.Kind.INVALID, message);
    }

    /** As it is shown. */
    static PoolBody of(PoolSpec spec) {
        var kept = spec.retention();
        return new PoolBody(
                spec.name(),
                spec.store().name().toLowerCase(Locale.ROOT),
                spec.shards(),
                spec.replicas(),
                spec.affinity(),
                new Kept(
                        kept.versions() == 0 ? null : kept.versions(),
                        kept.bytes() == 0 ? null : kept.bytes(),
                        kept.ageMillis() == 0 ? null : Times.text(kept.ageMillis())),
                spec.tier());
    }
}
