package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest extends GatewayTest {
    /** Cuts all connections and lets no new one in, as a database that restarts does; then lets them in again. */
    @Test
    void saysSoWhileTheDatabaseIsAwayAndGoesOnWhenItIsBack() {
        Api customer = api().signedUp();
        String name = Objects.requireNonNull(
                dsl.resultQuery("select current_database()").fetchSingle().get(0, String.class));
        superuser().connection(connection -> {
            DSLContext superuser = DSL.using(connection);
            superuser.execute("alter role berth_gateway nologin");
            try {
                superuser.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'berth_gateway' and datname = '%s'"
                                .formatted(name));
                Api.Reply reply = customer.get("/v1/account").expect(503);
                assertThat(reply.text("code")).isEqualTo("unavailable");
                assertThat(reply.header("Retry-After")).isNotNull();
                assertThat(api().get("/readyz").status()).isEqualTo(503);
                assertThat(api().get("/healthz").status()).isEqualTo(200);
            } finally {
                superuser.execute("alter role berth_gateway login");
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(customer.get("/v1/account").status()).isEqualTo(200));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(api().get("/readyz").status()).isEqualTo(200));
    }
}
