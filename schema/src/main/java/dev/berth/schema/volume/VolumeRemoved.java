package dev.berth.schema.volume;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;

/** The volume is to be destroyed, with its data and its snapshots. The last event of a volume. */
public record VolumeRemoved(VolumeId volume, AccountId account, long generation, Instant occurredAt)
        implements VolumeEvent {
    @Override
    public String key() {
        return volume.toString();
    }
}
