package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.testing.MisbehavingEngine.Fault;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.workload.DesiredState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an account may have, against what is really there. */
@Tag("parts")
class LimitsTest {
    private World world;

    @BeforeEach
    void begin() {
        world = new World();
        world.engine.image("server:1", Program.SERVER).image("stubborn:1", Program.STUBBORN);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private AccountId open(int containers, int cpuMillis, int memoryMib) {
        AccountId account = world.openAccount(containers, cpuMillis, memoryMib);
        world.work();
        return account;
    }

    private Wishes service(AccountId account, String image, int replicas) {
        Wishes wish = Wishes.of(account);
        wish.image = image;
        wish.replicas = replicas;
        world.wish(wish);
        world.work();
        return wish;
    }

    private List<String> subnets() {
        return world.told(TenantReady.class).stream().map(TenantReady::subnet).toList();
    }

    private List<String> findings() {
        world.pass(Duration.ofSeconds(15));
        return world.dsl
                .fetch("select jsonb_array_elements_text(findings) from host")
                .map(row -> row.get(0, String.class));
    }

    @Test
    void whatIsStillEndingCountsUntilItHasEnded() {
        AccountId account = open(10, 10_000, 10_000);
        Wishes first = service(account, "stubborn:1", 10);
        assertThat(world.engine.running()).hasSize(10);
        first.generation++;
        first.stopGraceSeconds = 100;
        first.state = DesiredState.STOPPED;
        world.wish(first);
        Wishes second = service(account, "server:1", 10);
        for (int i = 0; i < 20; i++) {
            world.pass(Duration.ofSeconds(4));
            assertThat(world.engine.running()).hasSize(10);
        }
        assertThat(world.told(LaunchFailed.class)).allSatisfy(failed -> {
            assertThat(failed.code()).isEqualTo("quota_exceeded");
            assertThat(failed.message()).contains("may have 10 containers", "have 10", "needs 1");
        });
        assertThat(world.told(LaunchFailed.class))
                .as("who waits is told for what")
                .isNotEmpty();
        world.pass(Duration.ofMinutes(6));
        assertThat(world.engine.running())
                .hasSize(10)
                .allSatisfy(run -> assertThat(run.spec.workload()).isEqualTo(second.workload));
    }

    @Test
    void anAccountWithAllItsLimitsUsedCanStillRollOut() {
        AccountId account = open(4, 400, 256);
        List<Wishes> all = List.of(service(account, "server:1", 2), service(account, "server:1", 2));
        assertThat(world.engine.running()).hasSize(4);
        all.forEach(wish -> {
            wish.generation++;
            wish.revision++;
            world.wish(wish);
        });
        for (int i = 0; i < 40; i++) {
            world.pass(Duration.ofSeconds(1));
            assertThat(world.engine.running()).hasSizeBetween(4, 5);
        }
        all.forEach(wish -> assertThat(world.containers(wish))
                .filteredOn(container -> container.state().up())
                .extracting(Container::target)
                .allMatch(target -> target.revision() == 2)
                .hasSize(2));
        assertThat(world.told(LaunchFailed.class)).isEmpty();
    }

    @Test
    void coresAndMemoryAreLimitedAsWell() {
        AccountId account = open(10, 250, 10_000);
        service(account, "server:1", 3);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.running()).hasSize(2);
        assertThat(world.told(LaunchFailed.class).getLast().message()).contains("250 millicores", "needs 100");

        AccountId other = open(10, 10_000, 130);
        service(other, "server:1", 3);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.running()).hasSize(4);
        assertThat(world.told(LaunchFailed.class).getLast().message()).contains("130 MiB of memory", "needs 64");
    }

    @Test
    void whatRunsGrowsOnlyIntoRoomThatIsReallyThere() {
        AccountId account = open(10, 1_000, 1_000);
        Wishes ending = service(account, "stubborn:1", 1);
        Wishes growing = service(account, "server:1", 1);
        ending.generation++;
        ending.stopGraceSeconds = 30;
        ending.state = DesiredState.STOPPED;
        world.wish(ending);
        growing.generation++;
        growing.cpuMillis = 1_000;
        world.wish(growing);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.running())
                .extracting(run -> run.size.cpuMillis().value())
                .containsOnly(100);
        world.pass(Duration.ofSeconds(30));
        assertThat(world.engine.running())
                .singleElement()
                .satisfies(run -> assertThat(run.size.cpuMillis().value()).isEqualTo(1_000));
    }

    @Test
    void anAccountWithManyContainersGetsANetworkThatHoldsThem() {
        AccountId business = open(200, 1_000_000, 1_000_000);
        open(10, 1_000, 1_000);
        assertThat(subnets()).containsExactly("10.200.0.0/24", "10.200.1.0/26");
        service(business, "server:1", 200);
        assertThat(world.engine.running()).hasSize(200);
    }

    @Test
    void aLargerPlanGetsALargerNetworkOnceNothingIsOnTheOldOne() {
        AccountId account = open(10, 1_000_000, 1_000_000);
        Wishes wish = service(account, "server:1", 3);
        world.changePlan(account, 200, 1_000_000, 1_000_000);
        world.work();
        assertThat(findings())
                .anyMatch(finding -> finding.contains("10.200.0.0/26 holds 61 containers")
                        && finding.contains("200")
                        && finding.contains(account.toString()));
        assertThat(subnets()).containsExactly("10.200.0.0/26");
        wish.generation++;
        wish.replicas = 80;
        world.wish(wish);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.running()).hasSize(61);
        assertThat(world.told(LaunchFailed.class).getLast().message()).contains("holds 61 containers");

        wish.generation++;
        wish.state = DesiredState.STOPPED;
        world.wish(wish);
        world.pass(Duration.ofMinutes(1));
        assertThat(subnets()).hasSize(2).last().asString().endsWith("/24");
        wish.generation++;
        wish.run++;
        wish.state = DesiredState.RUNNING;
        world.wish(wish);
        world.pass(Duration.ofMinutes(1));
        assertThat(world.engine.running()).hasSize(80);
        assertThat(findings()).noneMatch(finding -> finding.contains(account.toString()));
    }

    @Test
    void aPlaceThatIsNotReadyInTimeIsShownToTheOperator() {
        world.engine.misbehave(verb -> verb.equals("network_create") ? Fault.FAILED_BEFORE : Fault.NONE);
        AccountId account = open(10, 1_000, 1_000);
        assertThat(findings()).noneMatch(finding -> finding.contains(account.toString()));
        world.pass(Duration.ofMinutes(3));
        assertThat(findings())
                .anyMatch(finding -> finding.contains(account + " is provisioning for too long")
                        && finding.contains("500 for network_create"));
        world.engine.misbehave(verb -> Fault.NONE);
        world.pass(Duration.ofMinutes(1));
        assertThat(findings()).noneMatch(finding -> finding.contains(account.toString()));
    }
}
