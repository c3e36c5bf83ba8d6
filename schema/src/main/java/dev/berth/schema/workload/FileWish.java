package dev.berth.schema.workload;

/**
 * A file in a container, which it cannot change.
 *
 * @param path where, absolute
 * @param content as text
 */
public record FileWish(String path, String content, boolean executable) {}
