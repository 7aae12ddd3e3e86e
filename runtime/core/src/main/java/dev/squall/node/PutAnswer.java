package dev.squall.node;

import dev.squall.store.Outcome;

/**
 * The answer to a put.
 *
 * @param outcome what became of it; with {@link AckLevel#ACCEPTED}, version and time are still 0
 * @param shard the shard that ordered it
 * @param ack the level it has reached
 */
public record PutAnswer(Outcome outcome, int shard, AckLevel ack) {}
