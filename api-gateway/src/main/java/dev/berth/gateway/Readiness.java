package dev.berth.gateway;

import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.OutboxRelay;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What {@code /readyz} tells: the database, the broker, the relay and every consumer must be well. A service behind the gateway
 * that is away is shown, as unknown, and makes nothing unready: only the routes that need it answer 503.
 */
@Configuration(proxyBeanMethods = false)
class Readiness {
    private static final Duration OLDEST_PENDING = Duration.ofSeconds(30);
    private static final int ASK_MS = 2000;

    @Bean
    HealthIndicator relayHealthIndicator(OutboxRelay relay) {
        return () -> {
            OutboxRelay.Status status = relay.status();
            boolean late = status.oldestAge().compareTo(OLDEST_PENDING) > 0;
            return (status.running() && !late ? Health.up() : Health.down())
                    .withDetail("carrier", status.carrier())
                    .withDetail("pending", status.pending())
                    .withDetail("oldest_age_ms", status.oldestAge().toMillis())
                    .withDetail("detail", status.detail())
                    .build();
        };
    }

    @Bean
    CompositeHealthContributor consumersHealthContributor(Map<String, Inbox> inboxes) {
        return CompositeHealthContributor.fromMap(inboxes, inbox -> (HealthIndicator) () -> {
            Inbox.Status status = inbox.status();
            return (status.ready() ? Health.up() : Health.down())
                    .withDetail("lag", status.lag())
                    .withDetail("detail", status.detail())
                    .build();
        });
    }

    @Bean(destroyMethod = "close")
    Admin brokerAdmin(@Value("${berth.kafka}") String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ASK_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ASK_MS,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                ASK_MS));
    }

    @Bean
    HealthIndicator brokerHealthIndicator(Admin admin, InstantSource clock) {
        return new Remembered(clock, () -> {
            try {
                int nodes = admin.describeCluster()
                        .nodes()
                        .get(ASK_MS, TimeUnit.MILLISECONDS)
                        .size();
                return Health.up().withDetail("nodes", nodes).build();
            } catch (ExecutionException | TimeoutException e) {
                return Health.down()
                        .withDetail("detail", "the broker does not answer")
                        .build();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Health.down().withDetail("detail", "interrupted").build();
            }
        });
    }

    @Bean
    CompositeHealthContributor servicesHealthContributor(
            @Value("${berth.provisioner-url}") URI provisioner,
            @Value("${berth.metering-url}") URI metering,
            @Value("${berth.billing-url}") URI billing,
            HttpClient healthClient,
            InstantSource clock) {
        return CompositeHealthContributor.fromMap(
                Map.of("provisioner", provisioner, "metering", metering, "billing", billing),
                url -> new Remembered(clock, () -> ask(healthClient, url)));
    }

    @Bean(destroyMethod = "close")
    HttpClient healthClient() {
        return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    }

    private static Health ask(HttpClient client, URI url) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/healthz"))
                .timeout(Duration.ofMillis(ASK_MS))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status == 200
                    ? Health.up().build()
                    : Health.unknown().withDetail("detail", "answers " + status).build();
        } catch (IOException e) {
            return Health.unknown()
                    .withDetail("detail", "does not answer; its routes answer 503")
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.unknown().withDetail("detail", "interrupted").build();
        }
    }

    /** Asks at most every two seconds, however often it is asked. Thread-safe. */
    private static final class Remembered implements HealthIndicator {
        private static final Duration FRESH = Duration.ofSeconds(2);

        private final InstantSource clock;
        private final HealthIndicator indicator;
        private @Nullable Health last;
        private Instant askedAt = Instant.EPOCH;

        Remembered(InstantSource clock, HealthIndicator indicator) {
            this.clock = clock;
            this.indicator = indicator;
        }

        @Override
        public synchronized Health health() {
            Instant now = clock.instant();
            Health known = last;
            if (known != null && Duration.between(askedAt, now).abs().compareTo(FRESH) < 0) {
                return known;
            }
            Health fresh = Objects.requireNonNull(indicator.health());
            last = fresh;
            askedAt = now;
            return fresh;
        }
    }
}
