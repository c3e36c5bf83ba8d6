package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;

/**
 * A volume and its snapshots are gone, and its use has ended. Both times are of this one fact, so that it makes the whole interval even
 * when it comes before its start.
 *
 * @param meteredGib of the volume and its snapshots, at the end
 */
public record VolumeDestroyed(
        VolumeId volume,
        AccountId account,
        String host,
        String driver,
        int meteredGib,
        Instant createdAt,
        Instant destroyedAt,
        long sequence)
        implements ContainerEvent {
    @Override
    public String key() {
        return volume.toString();
    }

    @Override
    public Instant occurredAt() {
        return destroyedAt;
    }
}
