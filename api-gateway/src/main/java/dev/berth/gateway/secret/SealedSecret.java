package dev.berth.gateway.secret;

/** The latest version of a secret, as it may leave this room. */
public record SealedSecret(String name, int version, String sealed) {}
