package dev.berth.provisioner.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.testing.MisbehavingEngine.Program;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs of several indices, with rows and an engine in memory. */
class JobsTest {
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    private Wishes job(AccountId account, String image, int parallelism, int completions) {
        Wishes job = Wishes.of(account);
        job.name = "job";
        job.kind = WorkloadKind.JOB;
        job.restart = RestartPolicy.ON_FAILURE;
        job.image = image;
        job.replicas = parallelism;
        job.completions = completions;
        job.retries = 1;
        return job;
    }

    private int most() {
        int most = 0;
        for (var run : world.engine.runs()) {
            long at = world.engine.runs().stream()
                    .filter(other -> !other.startedAt.isAfter(run.startedAt)
                            && (other.finishedAt == null || other.finishedAt.isAfter(run.startedAt)))
                    .count();
            most = Math.max(most, (int) at);
        }
        return most;
    }

    @Test
    void eachIndexRunsOnceAndKnowsItsNumberAndLittleIsLeftToLookAt() {
        world.engine.image("work:1", Program.ends(Duration.ofSeconds(7), 0));
        Wishes job = job(world.openAccount(), "work:1", 3, 10);
        job.env = Map.of("A", "b");
        world.wish(job);
        world.pass(Duration.ofMinutes(2));
        assertThat(world.engine.runs())
                .extracting(run -> run.spec.env().get("BERTH_JOB_INDEX"))
                .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(most()).isEqualTo(3);
        assertThat(world.told(ContainerStopped.class)).hasSize(10);
        assertThat(world.rooms.containers().standing(world.dsl, job.workload)).hasSize(1);
        assertThat(world.containers(job)).extracting(Container::name).contains("job-1", "job-10");
    }

    @Test
    void theOwnersOwnValueOfTheIndexStays() {
        world.engine.image("work:1", Program.ends(Duration.ofSeconds(7), 0));
        Wishes job = job(world.openAccount(), "work:1", 1, 1);
        job.env = Map.of("BERTH_JOB_INDEX", "mine");
        world.wish(job);
        world.pass(Duration.ofSeconds(20));
        assertThat(world.engine.runs())
                .singleElement()
                .satisfies(run -> assertThat(run.spec.env()).containsEntry("BERTH_JOB_INDEX", "mine"));
    }

    @Test
    void oneThatIsLostEndsTheOthers() {
        world.engine.image("work:1", Program.ends(Duration.ofSeconds(7), 3));
        Wishes job = job(world.openAccount(), "work:1", 2, 50);
        world.wish(job);
        world.pass(Duration.ofMinutes(3));
        assertThat(world.engine.running()).isEmpty();
        assertThat(world.told(LaunchFailed.class))
                .isNotEmpty()
                .allMatch(failed -> failed.code().equals(LaunchFailed.JOB_FAILED));
        assertThat(world.told(ContainerStarted.class)).hasSizeLessThan(60);
        assertThat(world.rooms.containers().standing(world.dsl, job.workload)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void theLongestTimeIsThatOfTheRun() {
        world.engine.image("work:1", Program.ends(Duration.ofSeconds(20), 0));
        Wishes job = job(world.openAccount(), "work:1", 1, 100);
        job.maxRuntimeSeconds = 90;
        world.wish(job);
        world.pass(Duration.ofMinutes(4));
        assertThat(world.engine.running()).isEmpty();
        List<ContainerStopped> stops = world.told(ContainerStopped.class);
        assertThat(stops.getLast().reason()).isEqualTo(StopReason.MAX_RUNTIME);
        assertThat(stops.getLast().finishedAt())
                .isBetween(
                        world.told(ContainerStarted.class)
                                .getFirst()
                                .startedAt()
                                .plusSeconds(90),
                        world.told(ContainerStarted.class)
                                .getFirst()
                                .startedAt()
                                .plusSeconds(97));
    }

    @Test
    void whatWaitsForAJobWaitsForAllOfItsIndices() {
        world.engine.image("work:1", Program.ends(Duration.ofSeconds(20), 0));
        world.engine.image("server:1", Program.SERVER);
        AccountId account = world.openAccount();
        Wishes job = job(account, "work:1", 1, 3);
        world.wish(job);
        Wishes web = Wishes.of(account);
        web.dependsOn = List.of("job");
        world.wish(web);
        world.pass(Duration.ofSeconds(45));
        assertThat(world.containers(web)).isEmpty();
        world.pass(Duration.ofMinutes(1));
        assertThat(world.containers(web)).hasSize(1);
    }
}
