package dev.berth.metering;

import dev.berth.metering.inventory.Progress;
import dev.berth.metering.usage.UsageLoop;
import dev.berth.metering.usage.UsageProperties;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.OutboxRelay;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What readiness shows: the relay, the consumers, the teller, and how far the hosts have been seen. */
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
    HealthIndicator intervalConsumerHealth(IntervalInboxes inboxes) {
        return () -> consumers(inboxes.threads());
    }

    @Bean
    HealthIndicator accountConsumerHealth(Inbox accountInbox) {
        return () -> consumers(List.of(accountInbox));
    }

    @Bean
    HealthIndicator usageHealth(UsageLoop loop) {
        return () -> {
            UsageLoop.Status status = loop.status();
            return upIf(status.well()).withDetail("detail", status.detail()).build();
        };
    }

    /**
     * Always up: a host that is silent holds the watermark and with it the invoices, but this service works, and taking it out of
     * rotation would take the usage of all other hosts' tenants with it. The details say which host.
     */
    @Bean
    HealthIndicator hostsHealth(DSLContext dsl, InstantSource clock, UsageProperties properties) {
        return () -> {
            Progress progress = Progress.read(dsl);
            Instant since = clock.instant().minus(properties.silentAfter());
            return Health.up()
                    .withDetail(
                            "watermark", progress.watermark().map(Json::text).orElse("no inventory yet"))
                    .withDetail(
                            "silent_hosts",
                            progress.silentSince(since).stream()
                                    .map(Progress.Seen::host)
                                    .toList())
                    .build();
        };
    }

    private static Health consumers(List<Inbox> inboxes) {
        List<Inbox.Status> all = inboxes.stream().map(Inbox::status).toList();
        return upIf(all.stream().allMatch(Inbox.Status::ready))
                .withDetail("lag", all.stream().mapToLong(Inbox.Status::lag).sum())
                .withDetail(
                        "detail",
                        String.join(
                                "; ",
                                all.stream()
                                        .map(Inbox.Status::detail)
                                        .filter(text -> !text.isEmpty())
                                        .toList()))
                .build();
    }

    private static Health.Builder upIf(boolean well) {
        return well ? Health.up() : Health.down();
    }
}
