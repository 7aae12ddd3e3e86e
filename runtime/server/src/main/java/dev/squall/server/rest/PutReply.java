package dev.squall.server.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The answer to a put or a delete. */
public record PutReply(
        String key,
        @Schema(description = "Names this state of the key; 0 with ack=accepted") long version,
        @Schema(description = "Its time, microseconds since 1970") long timestamp,
        @Schema(description = "The shard that ordered it") int shard,
        @Schema(
                        description = "How far it has come",
                        enumeration = {"accepted", "ordered", "durable"})
                String ack) {}
