package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.egress.EgressCounters;
import dev.berth.provisioner.tenant.Cidr;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of the bytes that containers send, from a kernel that counts as it is told to. */
class EgressTest {
    private final Kernel kernel = new Kernel();
    private final World world = new World(kernel);
    private Wishes web;

    /** A kernel in memory. */
    private static final class Kernel implements EgressCounters {
        private final Map<String, Long> bytes = new HashMap<>();
        private int epoch;
        private boolean broken;
        private boolean stuck;

        @Override
        public boolean ready() {
            return !broken;
        }

        @Override
        public boolean passes(Cidr subnet) {
            return true;
        }

        @Override
        public Optional<Counted> read() {
            return broken ? Optional.empty() : Optional.of(new Counted("epoch " + epoch, bytes));
        }

        @Override
        public boolean reset(Collection<String> addresses) {
            if (!stuck) {
                addresses.forEach(bytes::remove);
            }
            return !broken && !stuck;
        }

        @Override
        public Optional<String> finding() {
            return broken ? Optional.of("not counted") : Optional.empty();
        }
    }

    @BeforeEach
    void runs() {
        world.engine.image("server:1", Program.SERVER);
        web = Wishes.of(world.openAccount());
        web.replicas = 1;
        world.wish(web);
        world.pass(Duration.ofSeconds(20));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private ContainerId running() {
        return world.engine.running().getFirst().container;
    }

    private String address(ContainerId container) {
        return world.rooms
                .egress()
                .addresses(world.dsl, container)
                .values()
                .iterator()
                .next();
    }

    private void sends(ContainerId container, long bytes) {
        kernel.bytes.merge(address(container), bytes, Long::sum);
    }

    private List<String> told() {
        return world.told(EgressMeasured.class).stream()
                .map(one -> one.container() + " " + one.egressBytes())
                .toList();
    }

    @Test
    void whatIsNewIsToldOnceAMinuteAndNothingWhereNothingWasSent() {
        ContainerId one = running();
        world.pass(Duration.ofMinutes(3));
        assertThat(told()).isEmpty();
        sends(one, 1000);
        world.pass(Duration.ofSeconds(75));
        assertThat(told()).containsExactly(one + " 1000");
        world.pass(Duration.ofMinutes(5));
        sends(one, 500);
        sends(one, 11);
        world.pass(Duration.ofSeconds(75));
        assertThat(told()).containsExactly(one + " 1000", one + " 1511");
    }

    @Test
    void theLastReadingIsOfTheLastMillisecondAndTheAddressBeginsAtZeroForTheNext() {
        ContainerId one = running();
        String address = address(one);
        sends(one, 700);
        world.engine.killBehindOurBack(one);
        world.pass(Duration.ofSeconds(40));
        ContainerStopped stop = world.told(ContainerStopped.class).getFirst();
        assertThat(world.told(EgressMeasured.class)).singleElement().satisfies(last -> {
            assertThat(last.container()).isEqualTo(one);
            assertThat(last.egressBytes()).isEqualTo(700);
            assertThat(last.measuredAt()).isEqualTo(stop.finishedAt().minusMillis(1));
            assertThat(last.workload()).isEqualTo(web.workload);
        });
        assertThat(world.rooms.egress().addresses(world.dsl, one)).isEmpty();
        ContainerId second = running();
        assertThat(second).isNotEqualTo(one);
        world.engine.killBehindOurBack(second);
        world.pass(Duration.ofSeconds(60));
        ContainerId third = running();
        assertThat(address(third)).as("the address is given again").isEqualTo(address);
        sends(third, 5);
        world.pass(Duration.ofSeconds(75));
        assertThat(told()).containsExactly(one + " 700", third + " 5");
    }

    @Test
    void whoseCounterDoesNotBeginAtZeroIsMadeButNotStarted() {
        ContainerId one = running();
        String network = address(one).replaceAll("\\d+$", "");
        kernel.stuck = true;
        for (int host = 2; host < 255; host++) {
            kernel.bytes.put(network + host, 7L);
        }
        world.engine.killBehindOurBack(one);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.running()).isEmpty();
        assertThat(world.engine.names()).as("it was made").isNotEmpty();
        assertThat(world.dsl.fetch("select message from container where state = 'starting'"))
                .singleElement()
                .extracting(row -> row.get(0, String.class))
                .asString()
                .contains("counters");
        world.crash();
        world.pass(Duration.ofSeconds(5));
        assertThat(world.engine.running()).as("nor by another process").isEmpty();
        kernel.stuck = false;
        world.pass(Duration.ofSeconds(20));
        ContainerId second = running();
        sends(second, 5);
        world.pass(Duration.ofSeconds(75));
        assertThat(told()).containsExactly(one + " 7", second + " 5");
    }

    @Test
    void neitherAnotherProcessNorAnotherBootOfTheHostDoublesAnything() {
        ContainerId one = running();
        sends(one, 1000);
        world.pass(Duration.ofSeconds(75));
        world.crash();
        world.pass(Duration.ofSeconds(75));
        kernel.epoch++;
        kernel.bytes.clear();
        world.pass(Duration.ofSeconds(75));
        sends(one, 2000);
        world.crash();
        world.pass(Duration.ofSeconds(75));
        assertThat(told()).containsExactly(one + " 1000", one + " 3000");
    }

    @Test
    void whereNothingIsCountedNothingIsToldAndContainersRunAllTheSame() {
        kernel.broken = true;
        ContainerId one = running();
        sends(one, 10);
        world.engine.killBehindOurBack(one);
        world.pass(Duration.ofSeconds(60));
        ContainerId next = running();
        assertThat(next).isNotEqualTo(one);
        assertThat(world.rooms.egress().addresses(world.dsl, next)).isEmpty();
        assertThat(world.rooms.egress().held(world.dsl, "x")).isEmpty();
        assertThat(told()).isEmpty();
        assertThat(world.dsl.fetchSingle("select findings::text from host").get(0, String.class))
                .contains("not counted");
    }
}
