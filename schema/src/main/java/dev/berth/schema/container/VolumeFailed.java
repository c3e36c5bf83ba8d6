package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;

/**
 * A volume could not be made, or made as it is wished; what was there before still is, and its use goes on as it was. It is tried
 * again. {@code code} is stable (such as {@code no_room}); {@code message} is for people. It is told once for each reason, and has no
 * sequence, since nothing that is metered changes with it.
 */
public record VolumeFailed(
        VolumeId volume, AccountId account, long generation, String host, String code, String message, Instant failedAt)
        implements ContainerEvent {
    @Override
    public String key() {
        return volume.toString();
    }

    @Override
    public Instant occurredAt() {
        return failedAt;
    }
}
