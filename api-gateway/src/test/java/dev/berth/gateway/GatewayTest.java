package dev.berth.gateway;

import dev.berth.gateway.account.QuickPasswords;
import dev.berth.gateway.workload.Quotes;
import dev.berth.schema.Service;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.unit.Money;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The gateway on a random port, one for all tests that extend this; each makes accounts of its own. */
@Tag("parts")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import({GatewayTest.Fakes.class, QuickPasswords.class})
public abstract class GatewayTest {
    /** The operator's key. */
    protected static final String OPERATOR = "berth_op_0123456789abcdef0123456789abcdef";

    /** Seals secrets. */
    protected static final String SECRET_KEY = "the key of the tests for secrets!!";

    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.GATEWAY);

    @Value("${local.server.port}")
    private int port;

    /** The gateway's own database. */
    @Autowired
    protected DSLContext dsl;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        settings().forEach((name, value) -> registry.add(name, () -> value));
    }

    /** The settings of the gateway under test, for another one on the same database. */
    protected static Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("spring.datasource.url", DATABASE.jdbcUrl());
        settings.put("berth.kafka", TestKafka.shared().bootstrapServers());
        settings.put("berth.identity-secret", "0123456789abcdef0123456789abcdef");
        settings.put("berth.secret-key", SECRET_KEY);
        settings.put("berth.targets.allowed-ranges", "127.0.0.0/8");
        settings.put("berth.operator-key", OPERATOR);
        settings.put("berth.secure-cookies", false);
        settings.put("berth.rates.signup.burst", 10_000);
        settings.put("berth.rates.address.burst", 1_000_000);
        settings.put("berth.rates.key.burst", 1_000_000);
        settings.put("berth.rates.account.burst", 1_000_000);
        settings.put("berth.billing-url", StandIns.shared().url());
        settings.put("berth.metering-url", StandIns.shared().url());
        settings.put("berth.provisioner-url", StandIns.shared().url());
        settings.put("berth.feed.heartbeat", "500ms");
        settings.put("berth.feed.look-every", "500ms");
        settings.put("berth.autoscale-interval", "60s"); // tests of it look by themselves
        settings.put("management.otlp.metrics.export.enabled", false);
        return settings;
    }

    /** What stands in for services that are not there. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Fakes {
        /** A cent for each container and hour. */
        @Bean
        @Primary
        Quotes quotes() {
            return (account, cpuMillis, memoryMib, replicas, context) ->
                    new Quotes.Price(new Money(replicas, "USD"), new Money(730L * replicas, "USD"));
        }
    }

    /** The events with a key, oldest first, as they were written to the outbox. */
    protected List<String> payloads(String key) {
        return dsl.resultQuery("select payload from outbox where key = {0} order by seq", DSL.val(key))
                .fetch(row -> row.get(0, String.class));
    }

    /** The database, as its superuser, on a connection of its own. */
    protected static DSLContext superuser() {
        return DATABASE.superuser();
    }

    /** Nobody, calling the gateway. */
    protected Api api() {
        return Api.at(port);
    }

    /** Nobody, who calls the gateway by another name of this machine. */
    protected Api apiOf(String host) {
        return Api.at(host, port);
    }
}
