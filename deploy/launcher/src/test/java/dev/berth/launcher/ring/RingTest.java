package dev.berth.launcher.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.data.LaunchException;
import dev.berth.launcher.data.ProcessIdentity;
import dev.berth.launcher.data.RunState;
import dev.berth.launcher.data.StateFile;
import dev.berth.launcher.machine.Machine;
import dev.berth.launcher.machine.VolumeDisk;
import dev.berth.launcher.part.HttpProbe;
import dev.berth.launcher.part.Ports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ring on a real PostgreSQL and a real Kafka broker, with services that do nothing. */
@Tag("parts")
class RingTest {
    @TempDir
    static Path shared;

    private static Path checkout = Path.of(".");

    @TempDir
    Path temp;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeAll
    static void build() throws Exception {
        checkout = FakeCheckout.in(shared.resolve("a checkout"));
    }

    @AfterEach
    void release() {
        VolumeDisk.release(temp.resolve("its data"));
    }

    private Progress progress() {
        return new Progress(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private RingSettings settings(int port, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("BERTH_MIN_MEMORY_MIB", "0");
        return new RingSettings(
                checkout, DataDirectory.at(temp.resolve("its data")), new Ports(port), "127.0.0.1", environment);
    }

    private static int freePort() {
        for (int port = 33_000; port < 43_000; port += 7) {
            if (new Ports(port).all().keySet().stream().allMatch(one -> Machine.free("127.0.0.1", one))) {
                return port;
            }
        }
        throw new IllegalStateException("no seven free ports in a row");
    }

    private static Connection login(RingSettings settings, String role, String password) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/berth"
                        .formatted(settings.ports().postgres()),
                role,
                password);
    }

    @Test
    void dataSurvivesAStopAndAStartOnOtherPorts() throws Exception {
        RingSettings first = settings(freePort(), Map.of());
        try (Ring ring = Ring.start(first, progress())) {
            for (String part : List.of("postgresql", "kafka", "gateway", "provisioner", "metering", "billing")) {
                assertThat(ring.ready(part)).as(part).isTrue();
            }
            assertThat(new StateFile(first.data()).read().orElseThrow().phase()).isEqualTo(RunState.Phase.READY);
            try (Connection billing = login(first, "berth_billing", first.data().secret("billing"));
                    Statement statement = billing.createStatement()) {
                statement.execute("create table kept as select 42 as answer");
                try (ResultSet safe = statement.executeQuery(
                        "select current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')")) {
                    safe.next();
                    assertThat(List.of(safe.getString(1), safe.getString(2), safe.getString(3)))
                            .containsOnly("on");
                }
            }
            assertThatThrownBy(() -> login(first, "berth_billing", "guessed")).hasMessageContaining("password");
            assertThatThrownBy(() -> login(first, "postgres", "")).isInstanceOf(SQLException.class);
        }
        RunState stopped = new StateFile(first.data()).read().orElseThrow();
        assertThat(stopped.phase()).isEqualTo(RunState.Phase.STOPPED);
        assertThat(LeftOvers.of(stopped)).isEmpty();
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsSubsequence("ready on port", "gateway", "kafka       stopped", "postgresql  stopped");

        RingSettings second = settings(freePort() + 70, Map.of());
        Files.writeString(
                second.data().postgres().resolve("data/postmaster.pid"),
                "%d\n/elsewhere\n".formatted(ProcessHandle.current().pid()));
        try (Ring ring = Ring.start(second, progress());
                Connection billing =
                        login(second, "berth_billing", second.data().secret("billing"));
                Statement statement = billing.createStatement();
                ResultSet kept = statement.executeQuery("select answer from kept")) {
            assertThat(ring.ready("kafka")).isTrue();
            kept.next();
            assertThat(kept.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void theStripeDoubleRunsBesideTheServicesWhereItIsAskedFor() {
        RingSettings settings = settings(freePort(), Map.of("BERTH_STRIPE", "test-double"));
        int port = settings.ports().stripeDouble();
        try (Ring ring = Ring.start(settings, progress())) {
            assertThat(ring.ready("stripe-double")).isTrue();
            assertThat(new StateFile(settings.data()).read().orElseThrow().parts())
                    .anyMatch(part -> part.name().equals("stripe-double") && part.port() == port && part.alive());
            assertThat(HttpProbe.get("127.0.0.1", port, "/v1/balance"))
                    .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(401));
            assertThat(settings.data().root().resolve("stripe-double/state.journal"))
                    .exists();
            assertThat(settings.data().logs().resolve("stripe-double.log"))
                    .content()
                    .contains("The Stripe double is ready");
        }
        assertThat(Machine.free("127.0.0.1", port)).isTrue();
    }

    @Test
    void aPartThatDiesIsStartedAgain() {
        try (Ring ring = Ring.start(settings(freePort(), Map.of()), progress())) {
            for (String part : List.of("metering", "kafka", "postgresql")) {
                ProcessIdentity before = ring.process(part).orElseThrow();
                before.handle().orElseThrow().destroyForcibly();
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> ring.process(part)
                                        .filter(now -> !now.equals(before))
                                        .isPresent()
                                && ring.ready(part));
            }
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("metering    DIED (exit 137)", "restart 1");
        }
    }

    @Test
    void whatAKilledLauncherLeavesIsEndedAndItsDataGoOn() throws Exception {
        RingSettings settings = settings(freePort(), Map.of());
        Path log = temp.resolve("killed.log");
        Process launcher = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RingProcess.class.getName(),
                        checkout.toString(),
                        settings.data().root().toString(),
                        Integer.toString(settings.ports().gateway()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        StateFile state = new StateFile(settings.data());
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            assertThat(launcher.isAlive()).as(Files.readString(log)).isTrue();
            return settings.data().exists()
                    && state.read()
                            .filter(now -> now.phase() == RunState.Phase.READY)
                            .isPresent();
        });
        launcher.destroyForcibly().waitFor();
        List<RunState.PartState> orphans = LeftOvers.of(state.read().orElseThrow());
        assertThat(orphans).hasSize(6);

        try (Ring ring = Ring.start(settings, progress())) {
            assertThat(orphans).noneMatch(RunState.PartState::alive);
            assertThat(ring.ready("postgresql")).isTrue();
            assertThat(said.toString(StandardCharsets.UTF_8)).contains("left over by a launcher that was killed");
        }
    }

    @Test
    void aServiceThatCannotStartIsExplainedAndNothingIsLeftRunning() {
        int port = freePort();
        RingSettings settings = settings(port, Map.of("BERTH_TEST_FAILING_PORT", Integer.toString(port + 3)));
        assertThatThrownBy(() -> Ring.start(settings, progress())).isInstanceOfSatisfying(LaunchException.class, e -> {
            assertThat(e).hasMessageContaining("billing ended with exit 3 while starting");
            assertThat(e.advice()).contains("The disk is full", "No space left on device", "billing.log");
        });
        RunState state = new StateFile(settings.data()).read().orElseThrow();
        assertThat(state.phase()).isEqualTo(RunState.Phase.FAILED);
        assertThat(LeftOvers.of(state)).isEmpty();
        assertThat(new Ports(port).all().keySet()).allMatch(one -> Machine.free("127.0.0.1", one));
    }
}
