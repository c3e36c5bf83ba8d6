package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.StandIns;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A workload whose image is being fetched says how far it is, and is shown all the same when nobody knows. */
class FetchingTest extends GatewayTest {
    private static final String CONTAINERS = "/internal/v1/containers";

    private final StandIns services = StandIns.shared();

    @AfterEach
    void usual() {
        services.mend();
    }

    @Test
    void saysHowFarAndIsShownWithoutWhenTheProvisionerIsAwayOrSlow() throws InterruptedException {
        Api.Reply signup = api().signup();
        Api customer = api().key(signup.text("api_key.secret"));
        String workload = customer.post("/v1/workloads", """
                {"name": "web", "kind": "service", "image": "nginx:1"}""").expect(202).text("id");
        String path = "/v1/workloads/" + workload;
        assertThat(customer.get(path)
                        .expect(200)
                        .json()
                        .path("observed")
                        .path("message")
                        .isNull())
                .isTrue();
        services.container(signup.text("account.id"), workload, "pulling").put("message", "pulling: 34 of 120 MiB");
        assertThat(customer.get(path).expect(200).text("observed.message")).isEqualTo("pulling: 34 of 120 MiB");

        services.instead(CONTAINERS, (exchange, _) -> exchange.close());
        assertThat(customer.get(path)
                        .expect(200)
                        .json()
                        .path("observed")
                        .path("message")
                        .isNull())
                .isTrue();
        CountDownLatch shown = new CountDownLatch(1);
        services.instead(CONTAINERS, (exchange, _) -> {
            try {
                assertThat(shown.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        long begun = System.nanoTime();
        customer.get(path).expect(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        shown.countDown();
    }
}
