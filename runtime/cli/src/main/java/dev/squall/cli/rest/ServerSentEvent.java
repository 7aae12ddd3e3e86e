package dev.squall.cli.rest;

/**
 * One event of a watch.
 *
 * @param id where to resume after it; empty when the stream has named none so far
 * @param type the event's type, {@code message} when the stream names none
 * @param data the payload
 */
public record ServerSentEvent(String id, String type, String data) {}
