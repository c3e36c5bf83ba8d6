package dev.berth.billing;

import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.OutboxRelay;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What readiness shows beside the database: the relay, the consumers, the loops. */
@Configuration(proxyBeanMethods = false)
class Readiness {
    @Bean
    HealthIndicator relayHealth(OutboxRelay relay) {
        return () -> {
            OutboxRelay.Status status = relay.status();
            return upIf(status.running())
                    .withDetail("carrier", status.carrier())
                    .withDetail("pending", status.pending())
                    .withDetail("detail", status.detail())
                    .build();
        };
    }

    @Bean
    HealthIndicator accountConsumerHealth(Inbox accountInbox) {
        return () -> consumer(accountInbox);
    }

    @Bean
    HealthIndicator usageConsumerHealth(Inbox usageInbox) {
        return () -> consumer(usageInbox);
    }

    @Bean
    HealthIndicator closingHealth(LeasedLoop closingLoop) {
        return () -> loop(closingLoop);
    }

    @Bean
    HealthIndicator dunningHealth(LeasedLoop dunningLoop) {
        return () -> loop(dunningLoop);
    }

    @Bean
    HealthIndicator capHealth(LeasedLoop capLoop) {
        return () -> loop(capLoop);
    }

    @Bean
    HealthIndicator testClockHealth(LeasedLoop testClockLoop) {
        return () -> loop(testClockLoop);
    }

    @Bean
    HealthIndicator collectingHealth(LeasedLoop collectingLoop) {
        return () -> loop(collectingLoop);
    }

    private static Health consumer(Inbox inbox) {
        Inbox.Status status = inbox.status();
        return upIf(status.ready())
                .withDetail("lag", status.lag())
                .withDetail("detail", status.detail())
                .build();
    }

    private static Health loop(LeasedLoop loop) {
        LeasedLoop.Status status = loop.status();
        return upIf(status.well()).withDetail("detail", status.detail()).build();
    }

    private static Health.Builder upIf(boolean well) {
        return well ? Health.up() : Health.down();
    }
}
