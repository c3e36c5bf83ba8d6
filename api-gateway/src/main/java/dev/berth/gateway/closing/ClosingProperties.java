package dev.berth.gateway.closing;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Times of closing accounts.
 *
 * @param retention how long an owner can reopen an account that was closed
 * @param owners how long owners of an account that is closed for good may still see and pay what it owes, before they are forgotten
 * @param debtors how long they are kept at most where something is still owed then
 */
@ConfigurationProperties("berth.closing")
public record ClosingProperties(
        @DefaultValue("30d") Duration retention,
        @DefaultValue("60d") Duration owners,
        @DefaultValue("730d") Duration debtors) {
    private static final Duration LONGEST = Duration.ofDays(3650);

    public ClosingProperties {
        for (Duration one : List.of(retention, owners, debtors)) {
            if (one.isNegative() || one.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "berth.closing: retention (BERTH_CLOSING_RETENTION), owners (BERTH_CLOSING_OWNERS) and debtors"
                                + " (BERTH_CLOSING_DEBTORS) are from 0s to 3650d");
            }
        }
    }
}
