package dev.berth.schema.container;

import dev.berth.schema.id.SnapshotId;
import java.time.Instant;

/** A snapshot of a volume: its data at {@code takenAt}, when the volume was of {@code sizeGib}. */
public record SnapshotTaken(SnapshotId snapshot, Instant takenAt, int sizeGib) {}
