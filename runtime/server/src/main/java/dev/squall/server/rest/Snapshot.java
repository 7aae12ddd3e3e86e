package dev.squall.server.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.store.ReadResult;
import java.lang.foreign.ValueLayout;
import java.util.Base64;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Many keys at one time.
 *
 * @param at the time, microseconds since 1970
 * @param objects in the order in which they were asked for
 */
@Schema(name = "Snapshot")
public record Snapshot(long at, List<Item> objects) {

    /**
     * One key at that time.
     *
     * @param base64 its bytes, if they were asked for; those of a bulk object are read by its key
     * @param missing why there is no object: no-key, not-yet, deleted or trimmed
     */
    @Schema(name = "SnapshotItem")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Item(
            String key,
            @Nullable Long version,
            @Nullable Long timestamp,
            @Nullable Long size,
            @Nullable String base64,
            @Nullable String missing) {

        static Item of(String key, ReadResult result, boolean bytes) {
            return switch (result) {
                case ReadResult.Found(var object) ->
                        new Item(
                                key,
                                object.version(),
                                object.timestamp(),
                                object.length(),
                                bytes && !object.bulk()
                                        ? base64(object.bytes().toArray(ValueLayout.JAVA_BYTE))
                                        : null,
                                null);
                case ReadResult.Missing(var why) ->
                        new Item(key, null, null, null, null, Keys.word(why));
            };
        }

        private static String base64(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }

        /** An item as another member sent it. */
        static Item of(JsonNode item) {
            boolean there = item.hasNonNull("version");
            return new Item(
                    item.path("key").asText(),
                    there ? item.path("version").asLong() : null,
                    there ? item.path("timestamp").asLong() : null,
                    there ? item.path("size").asLong() : null,
                    item.hasNonNull("base64") ? item.path("base64").asText() : null,
                    item.hasNonNull("missing") ? item.path("missing").asText() : null);
        }
    }
}
