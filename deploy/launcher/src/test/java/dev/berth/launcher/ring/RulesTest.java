package dev.berth.launcher.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import dev.berth.launcher.part.Ports;
import dev.berth.schema.Service;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTest {
    @TempDir
    Path temp;

    private RingSettings settings(Map<String, String> environment) {
        return new RingSettings(
                temp, DataDirectory.at(temp.resolve("data")), new Ports(28_000), "127.0.0.1", environment);
    }

    private static Progress silent() {
        return new Progress(new PrintStream(PrintStream.nullOutputStream()));
    }

    @Test
    void aPartThatDiesAgainAndAgainIsGivenEverMoreTime() {
        assertThat(Backoff.before(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Backoff.before(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Backoff.before(5)).isEqualTo(Duration.ofSeconds(16));
        assertThat(Backoff.before(6)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Backoff.before(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aPortInUseIsNamedWithWhoHasIt() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int taken = Math.min(socket.getLocalPort(), 65_529);
            RingSettings settings = new RingSettings(
                    temp,
                    DataDirectory.at(temp.resolve("data")),
                    new Ports(taken),
                    "127.0.0.1",
                    Map.of("BERTH_MIN_MEMORY_MIB", "0"));
            assertThatThrownBy(() -> Ring.start(settings, silent()))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("%d (for gateway) is taken by".formatted(taken))
                    .hasMessageContaining(
                            "pid %d".formatted(ProcessHandle.current().pid()));
            RunState state = new StateFile(settings.data()).read().orElseThrow();
            assertThat(state.phase()).isEqualTo(RunState.Phase.FAILED);
            assertThat(state.failure()).contains("A port is not free");
        }
    }

    @Test
    void aFullDiskIsRefusedBeforeAnythingStarts() {
        RingSettings settings = settings(Map.of("BERTH_MIN_FREE_MIB", "999999999"));
        assertThatThrownBy(() -> Ring.start(settings, silent())).isInstanceOfSatisfying(LaunchException.class, e -> {
            assertThat(e).hasMessageContaining("Not enough disk");
            assertThat(e.advice()).contains("--data DIR");
        });
    }

    @Test
    void tooLittleMemoryIsRefusedBeforeAnythingStarts() {
        RingSettings settings = settings(Map.of("BERTH_MIN_MEMORY_MIB", "999999999"));
        assertThatThrownBy(() -> Ring.start(settings, silent()))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("Not enough memory");
    }

    @Test
    void aFailedStartLetsGoOfTheDataDirectory() {
        RingSettings settings = settings(Map.of("BERTH_MIN_FREE_MIB", "999999999"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Ring.start(settings, silent())).hasMessageContaining("Not enough disk");
        }
    }

    @Test
    void aSecondRingOnTheSameDataIsRefused() {
        RingSettings settings = settings(Map.of());
        try (Ring first = Ring.open(settings, silent())) {
            assertThat(first.isClosed()).isFalse();
            assertThatThrownBy(() -> Ring.open(settings, silent()))
                    .isInstanceOf(LaunchException.class)
                    .hasMessageContaining("Another launcher runs");
        }
    }

    @Test
    void theAdviceFollowsFromWhatAPartWroteLast() {
        assertThat(FailureAdvice.from("java.io.IOException: No space left on device"))
                .contains("disk is full");
        assertThat(FailureAdvice.from("bind: Address already in use")).contains("--port");
        assertThat(FailureAdvice.from("FATAL: password authentication failed for user"))
                .contains("secrets folder");
        assertThat(FailureAdvice.from("anything")).contains("doctor");
    }

    @Test
    void aPersonIsSpareTheStackFrames() {
        String log =
                "Error: it broke\n\tat a.B.c(B.java:1)\n\t... 12 common frames omitted\n\nCaused by: no luck\n\tat x\n";
        assertThat(FailureAdvice.telling(log)).isEqualTo("Error: it broke\nCaused by: no luck");
    }

    @Test
    void eachServiceGetsItsOwnPasswordAndOnlyTheGatewayTheOperatorsKey() {
        RingSettings settings = settings(Map.of("BERTH_INVENTORY_INTERVAL", "5s", "PATH", "/bin"));
        settings.data().create();
        Map<String, String> gateway =
                ServiceEnvironment.of(Service.GATEWAY, settings, "jdbc:x", "k:1", Optional.empty());
        Map<String, String> billing =
                ServiceEnvironment.of(Service.BILLING, settings, "jdbc:x", "k:1", Optional.empty());

        assertThat(gateway)
                .containsEntry("BERTH_PORT", "28000")
                .containsEntry("BERTH_BILLING_URL", "http://127.0.0.1:28003")
                .containsEntry("BERTH_SECURE_COOKIES", "false")
                .containsEntry("BERTH_WEBHOOK_RANGES", "127.0.0.0/8,::1/128")
                .containsEntry("BERTH_INVENTORY_INTERVAL", "5s")
                .containsKey("BERTH_OPERATOR_KEY")
                .doesNotContainKey("PATH");
        assertThat(billing).containsEntry("BERTH_PORT", "28003").doesNotContainKey("BERTH_OPERATOR_KEY");
        assertThat(billing.get("BERTH_IDENTITY_SECRET"))
                .isEqualTo(gateway.get("BERTH_IDENTITY_SECRET"))
                .hasSizeGreaterThan(31);
        assertThat(billing.get("BERTH_DATABASE_PASSWORD")).isNotEqualTo(gateway.get("BERTH_DATABASE_PASSWORD"));
    }

    @Test
    void realKeysOfStripeReachBillingAsTheyAreAndNobodyElse() {
        Map<String, String> real = Map.of(
                "BERTH_STRIPE_SECRET_KEY", "sk_live_x",
                "BERTH_STRIPE_WEBHOOK_SECRET", "whsec_x",
                "BERTH_STRIPE_PUBLISHABLE_KEY", "pk_live_x");
        RingSettings settings = settings(real);
        settings.data().create();
        for (Service service : Service.values()) {
            Map<String, String> environment =
                    ServiceEnvironment.of(service, settings, "jdbc:x", "k:1", Optional.empty());
            if (service == Service.BILLING) {
                assertThat(environment).containsAllEntriesOf(real).doesNotContainKey("BERTH_STRIPE_API_BASE");
            } else {
                assertThat(environment.keySet()).as(service.name()).noneMatch(name -> name.contains("STRIPE"));
            }
        }
    }

    @Test
    void withTheDoubleBillingGetsItsKeysAndItsAddressAndNobodyElseDoes() {
        RingSettings settings = settings(Map.of("BERTH_STRIPE", "test-double"));
        settings.data().create();
        Map<String, String> billing =
                ServiceEnvironment.of(Service.BILLING, settings, "jdbc:x", "k:1", Optional.empty());
        assertThat(billing)
                .containsEntry("BERTH_STRIPE_API_BASE", "http://127.0.0.1:28007")
                .containsEntry("BERTH_STRIPE_HOSTED_BASE", "http://127.0.0.1:28007")
                .containsKeys(RingSettings.STRIPE_SETTINGS.toArray(String[]::new));
        assertThat(billing.get("BERTH_STRIPE_SECRET_KEY"))
                .startsWith("sk_test_")
                .hasSizeGreaterThan(40);
        assertThat(ServiceEnvironment.of(Service.BILLING, settings, "jdbc:x", "k:1", Optional.empty()))
                .as("the same at the next start")
                .isEqualTo(billing);
        assertThat(ServiceEnvironment.of(Service.GATEWAY, settings, "jdbc:x", "k:1", Optional.empty())
                        .keySet())
                .noneMatch(name -> name.contains("STRIPE"));
    }

    @Test
    void anOpenGatewayKeepsItsCookiesToTls() {
        RingSettings open = new RingSettings(
                temp, DataDirectory.at(temp.resolve("data")).create(), new Ports(28_000), "0.0.0.0", new HashMap<>());
        assertThat(ServiceEnvironment.of(Service.GATEWAY, open, "jdbc:x", "k:1", Optional.empty()))
                .containsEntry("BERTH_SECURE_COOKIES", "true")
                .containsEntry("BERTH_BIND", "0.0.0.0")
                .doesNotContainKey("BERTH_WEBHOOK_RANGES");
        assertThat(ServiceEnvironment.of(Service.METERING, open, "jdbc:x", "k:1", Optional.empty()))
                .containsEntry("BERTH_BIND", "127.0.0.1");
    }
}
