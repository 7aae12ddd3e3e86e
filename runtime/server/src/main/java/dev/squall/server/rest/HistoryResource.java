package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.squall.base.Failure;
import dev.squall.server.http.KeyPath;
import dev.squall.server.http.Times;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The versions of a key. */
@Path("/v1/history/{key:.+}")
@Tag(name = "objects")
@Produces(MediaType.APPLICATION_JSON)
public final class HistoryResource {

    private static final String LIMIT_DEFAULT = "1000";

    /** The most versions in one answer. */
    static final int LIMIT_MAX = 10_000;

    /** How many versions are looked at in one go. */
    private static final int PAGE = 1024;

    private final Keys keys;

    HistoryResource(Keys keys) {
        this.keys = keys;
    }

    /** Versions, oldest first. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Versions(
            List<Entry> versions,
            @Schema(description = "There is more: ask again with this as from")
                    @Nullable Long next) {}

    /** One version. */
    @Schema(name = "VersionEntry")
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Entry(
            long version,
            long timestamp,
            long size,
            boolean deleted,
            @Schema(description = "Who put it: id/incarnation/sequence, if anybody said")
                    String producer) {

        static Entry of(StoredObject object) {
            return new Entry(
                    object.version(),
                    object.timestamp(),
                    object.length(),
                    object.deleted(),
                    object.producer());
        }
    }

    @GET
    @RunOnVirtualThread
    @Operation(
            operationId = "getHistory",
            summary = "List the versions of a key",
            description = "Oldest first; deletes are versions too.")
    @APIResponse(responseCode = "200", description = "The versions that are still kept")
    @APIResponse(responseCode = "404", description = "The key never was, or nothing of it is kept")
    public Versions get(
            @PathParam("key") String parameter,
            @Parameter(description = "The first: a version, or a time in RFC 3339")
                    @QueryParam("from")
                    @Nullable String from,
            @Parameter(description = "The last: a version, or a time in RFC 3339") @QueryParam("to")
                    @Nullable String to,
            @Parameter(description = "At most so many, up to 10000")
                    @QueryParam("limit")
                    @DefaultValue(LIMIT_DEFAULT)
                    String limit) {
        var key = KeyPath.key(parameter);
        var store = keys.store(keys.route(key));
        if (store.get(key) instanceof ReadResult.Missing(var why) && why == ReadResult.Why.NO_KEY) {
            throw Keys.missing(key, why);
        }
        var first = Bound.of("from", from, new Bound(0, Long.MIN_VALUE));
        var last = Bound.of("to", to, new Bound(Long.MAX_VALUE, Long.MAX_VALUE));
        return find(store, key, first, last, limit(limit, LIMIT_MAX));
    }

    /** An end of the range, as a version and a time of which only one says something. */
    private record Bound(long version, long micros) {

        static Bound of(String name, @Nullable String text, Bound open) {
            if (text == null) {
                return open;
            }
            return Times.isNumber(text)
                    ? new Bound(Times.number(name, text), open.micros)
                    : new Bound(open.version, Times.micros(name, text));
        }
    }

    private static Versions find(ShardStore store, String key, Bound first, Bound last, int limit) {
        var found = new ArrayList<Entry>();
        long from = first.version;
        while (true) {
            var page = store.history(key, from, last.version, PAGE);
            for (var object : page) {
                if (object.timestamp() < first.micros || object.timestamp() > last.micros) {
                    continue;
                }
                if (found.size() == limit) {
                    return new Versions(found, object.version());
                }
                found.add(Entry.of(object));
            }
            if (page.size() < PAGE) {
                return new Versions(found, null);
            }
            from = page.getLast().version() + 1;
        }
    }

    /** A limit as asked for. */
    static int limit(String text, int max) {
        long limit = Times.number("limit", text);
        if (limit < 1 || limit > max) {
            throw new Failure(
                    Failure.Kind.INVALID, "limit is %d; allowed are 1 to %d".formatted(limit, max));
        }
        return (int) limit;
    }
}
