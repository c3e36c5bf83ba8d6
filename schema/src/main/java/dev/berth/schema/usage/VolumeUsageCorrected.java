package dev.berth.schema.usage;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a volume's use that was recorded before turned out different. As {@link UsageCorrected}, which is of containers.
 *
 * @param volumeGib of the volume and its snapshots together
 */
public record VolumeUsageCorrected(
        AccountId account,
        VolumeId volume,
        Instant intervalStart,
        @Nullable Instant intervalEnd,
        Instant start,
        Instant end,
        int volumeGib,
        boolean billed,
        @Nullable String zeroReason,
        int revision,
        String reason)
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
