package dev.berth.gateway.closing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Times of closing accounts.
 *
 * @param retention how long an owner can reopen an account that was closed
 * @param owners how long owners of an account that is closed for good may still see and pay what it owes, before they are forgotten
 */
@ConfigurationProperties("berth.closing")
public record ClosingProperties(
        @DefaultValue("30d") Duration retention,
        @DefaultValue("60d") Duration owners) {
    private static final Duration LONGEST = Duration.ofDays(3650);

    public ClosingProperties {
        if (retention.isNegative()
                || owners.isNegative()
                || retention.compareTo(LONGEST) > 0
                || owners.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "berth.closing: retention (BERTH_CLOSING_RETENTION) and owners (BERTH_CLOSING_OWNERS) are from 0s to 3650d");
        }
    }
}
