package dev.berth.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class HealthTest extends GatewayTest {
    @Test
    void isReadyWithoutTheServicesBehindItAndSaysThatTheyAreAway() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(api().get("/readyz").status()).isEqualTo(200));
        Api.Reply ready = api().get("/readyz");
        for (String part : new String[] {"db", "relay", "broker", "consumers.components.standingInbox"}) {
            assertThat(ready.text("components." + part + ".status")).as(part).isEqualTo("UP");
        }
        for (String service : new String[] {"provisioner", "metering", "billing"}) {
            assertThat(ready.text("components.services.components." + service + ".status"))
                    .isEqualTo("UNKNOWN");
        }
        assertThat(api().get("/healthz").expect(200).text("status")).isEqualTo("UP");
    }

    @Test
    void answersNothingElseOfTheActuator() {
        api().get("/actuator/env").expect(404);
        api().get("/actuator/beans").expect(404);
    }
}
