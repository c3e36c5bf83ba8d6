package dev.berth.schema.account;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * The plan or the limits of an account changed; the limits are the new ones, all of them.
 */
public record PlanChanged(
        AccountId account,
        String plan,
        int maxContainers,
        int maxCpuMillis,
        int maxMemoryMib,
        int maxVolumes,
        int maxVolumeGib,
        Instant occurredAt)
        implements AccountEvent {
    @Override
    public String key() {
        return account.toString();
    }
}
