package dev.berth.metering.inventory;

/** A host as seen on one partition of {@code berth.container}. */
public record Place(String host, int partition) {}
