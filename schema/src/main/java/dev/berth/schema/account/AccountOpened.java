package dev.berth.schema.account;

import dev.berth.schema.id.AccountId;
import java.time.Instant;

/**
 * A person signed up. The limits are the account's quota at that moment; {@code timeZone} is an IANA zone, {@code currency} an
 * ISO 4217 code.
 */
public record AccountOpened(
        AccountId account,
        String name,
        String email,
        String plan,
        String currency,
        String timeZone,
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
