package dev.squall.node;

/**
 * The answer to an upload.
 *
 * @param udl what was uploaded
 * @param created false when the same bytes were there already
 */
public record Upload(UdlInfo udl, boolean created) {}
