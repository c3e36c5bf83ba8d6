package dev.berth.gateway.webhook;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of webhooks.
 *
 * @param endpoints the most of an account
 * @param waiting the most deliveries of an endpoint that wait; an event beyond them is held in the log and not tried
 * @param atOnce the most attempts under way on one replica of the gateway
 * @param atOncePerEndpoint the most of one endpoint on one replica; one that fails has one
 * @param retention how long deliveries are in the log
 */
@ConfigurationProperties("berth.webhook")
record WebhookProperties(
        @DefaultValue("10") int endpoints,
        @DefaultValue("10000") int waiting,
        @DefaultValue("128") int atOnce,
        @DefaultValue("4") int atOncePerEndpoint,
        @DefaultValue("30d") Duration retention) {
    WebhookProperties {
        if (endpoints < 1 || waiting < 1 || atOncePerEndpoint < 1 || atOnce < atOncePerEndpoint) {
            throw new IllegalArgumentException(
                    "berth.webhook: all limits are at least 1, and at-once is at least at-once-per-endpoint");
        }
        if (retention.compareTo(Duration.ofDays(7)) < 0) {
            throw new IllegalArgumentException(
                    "berth.webhook: retention is at least 7d, for a delivery is tried for days");
        }
    }
}
