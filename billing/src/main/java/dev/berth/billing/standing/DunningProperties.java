package dev.berth.billing.standing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How patient the service is.
 *
 * @param suspendAfter how long an invoice may be overdue before the account is suspended
 * @param closeAfter how long an account that is suspended for that is kept before it is closed for ever
 */
@ConfigurationProperties("berth.billing.dunning")
public record DunningProperties(
        @DefaultValue("7d") Duration suspendAfter,
        @DefaultValue("30d") Duration closeAfter) {
    public DunningProperties {
        if (suspendAfter.isNegative()) {
            throw new IllegalArgumentException("berth.billing.dunning.suspend-after must not be negative");
        }
        if (closeAfter.isNegative()) {
            throw new IllegalArgumentException("berth.billing.dunning.close-after must not be negative");
        }
    }
}
