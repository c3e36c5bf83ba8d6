package dev.berth.billing.standing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How patient the service is.
 *
 * @param suspendAfter how long an invoice may be overdue before the account is suspended
 */
@ConfigurationProperties("berth.billing.dunning")
public record DunningProperties(@DefaultValue("7d") Duration suspendAfter) {
    public DunningProperties {
        if (suspendAfter.isNegative()) {
            throw new IllegalArgumentException("berth.billing.dunning.suspend-after must not be negative");
        }
    }
}
