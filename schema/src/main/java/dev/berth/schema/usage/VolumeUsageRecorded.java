package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of use of a volume is complete: one volume with its snapshots at one size over {@code [start, end)}, which never crosses a UTC
 * hour. Known for ever by (volume, start). As {@link UsageRecorded}, which is of containers.
 *
 * @param volumeGib of the volume and its snapshots together
 */
public record VolumeUsageRecorded(
        AccountId account,
        VolumeId volume,
        Instant intervalStart,
        @Nullable Instant intervalEnd,
        Instant start,
        Instant end,
        int volumeGib,
        boolean billed,
        @Nullable String zeroReason)
        implements UsageEvent {
    @Override
    public String key() {
        return account.toString();
    }

    @Override
    public Instant occurredAt() {
        return end;
    }
}
