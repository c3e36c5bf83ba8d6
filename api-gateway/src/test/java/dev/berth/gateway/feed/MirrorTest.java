package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.workload.Observed;
import dev.berth.schema.Service;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadKind;
import dev.berth.schema.workload.WorkloadRemoved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The mirror of wishes and containers on a real PostgreSQL. */
@Tag("parts")
class MirrorTest {
    private static final Instant AT = Instant.parse("2026-11-22T09:14:03.120Z");

    private final TestDatabase database = TestDatabase.fresh(Service.GATEWAY);
    private final Mirror mirror = new Mirror(database.dsl());
    private final AccountId account = AccountId.next();
    private final WorkloadId workload = WorkloadId.next();

    @AfterEach
    void close() {
        database.close();
    }

    private void facts(ContainerEvent... events) {
        database.dsl().transaction(tx -> mirror.containers(tx.dsl(), List.of(events)));
    }

    private void wishes(WorkloadEvent... events) {
        database.dsl().transaction(tx -> mirror.wishes(tx.dsl(), List.of(events)));
    }

    private Observed observed() {
        return Objects.requireNonNull(mirror.of(List.of(workload)).get(workload));
    }

    private ContainerStarted started(ContainerId container, int replica, long generation) {
        return new ContainerStarted(
                container,
                account,
                workload,
                generation,
                replica,
                "4f53",
                "local",
                "web@sha256:abc",
                CpuMillis.of(250),
                MemoryMib.of(256),
                AT,
                1);
    }

    private ContainerStopped stopped(ContainerId container, int exitCode) {
        return new ContainerStopped(
                container,
                account,
                workload,
                "4f53",
                "local",
                AT,
                AT.plusSeconds(60),
                exitCode,
                false,
                StopReason.EXITED,
                CpuMillis.of(250),
                MemoryMib.of(256),
                2,
                null);
    }

    private WorkloadDesired wish(WorkloadKind kind, long generation, long run, int replicas) {
        return new WorkloadDesired(
                workload,
                account,
                "web",
                kind,
                generation,
                1,
                run,
                DesiredState.RUNNING,
                null,
                "web:1",
                List.of(),
                List.of(),
                Map.of(),
                CpuMillis.of(250),
                MemoryMib.of(256),
                replicas,
                List.of(),
                RestartPolicy.NEVER,
                null,
                10,
                false,
                true,
                Map.of(),
                AT,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    @Test
    void whatRunsIsSeenWithItsGenerationAndDigest() {
        wishes(wish(WorkloadKind.SERVICE, 1, 1, 2));
        facts(started(ContainerId.next(), 0, 1), started(ContainerId.next(), 1, 1));
        Observed observed = observed();
        assertThat(observed.state()).isEqualTo("running");
        assertThat(observed.running()).isEqualTo(2);
        assertThat(observed.generation()).isEqualTo(1);
        assertThat(observed.imageDigest()).isEqualTo("sha256:abc");
        assertThat(mirror.running(account)).hasSize(2);
    }

    @Test
    void factsThatComeInAnyOrderLeaveTheLatest() {
        ContainerId container = ContainerId.next();
        wishes(wish(WorkloadKind.SERVICE, 1, 1, 1));
        ContainerResized resized = new ContainerResized(
                container, account, workload, CpuMillis.of(500), MemoryMib.of(512), AT.plusSeconds(5), 2);
        facts(stopped(container, 1));
        facts(started(container, 0, 1), resized);
        assertThat(observed().state()).isEqualTo("restarting");
        assertThat(observed().running()).isZero();
    }

    @Test
    void aStartAndItsStopMakeOneRowTogetherOrApartInEitherOrder() {
        List<List<List<ContainerEvent>>> ways = new ArrayList<>();
        for (boolean together : new boolean[] {true, false}) {
            for (boolean startFirst : new boolean[] {true, false}) {
                ContainerId container = ContainerId.next();
                ContainerEvent one = startFirst ? started(container, 2, 7) : stopped(container, 3);
                ContainerEvent two = startFirst ? stopped(container, 3) : started(container, 2, 7);
                ways.add(together ? List.of(List.of(one, two)) : List.of(List.of(one), List.of(two)));
            }
        }
        ways.forEach(way -> way.forEach(batch -> facts(batch.toArray(ContainerEvent[]::new))));
        assertThat(database.dsl()
                        .fetch(
                                "select generation, replica, state, image, exit_code, reason, sequence, count(*)::int from feed_container"
                                        + " group by 1, 2, 3, 4, 5, 6, 7")
                        .map(org.jooq.Record::intoList))
                .containsExactly(List.of(7L, 2, "stopped", "web@sha256:abc", 3, "exited", 2L, 4));
    }

    @Test
    void aResizeChangesTheSizeOfWhatRuns() {
        ContainerId container = ContainerId.next();
        facts(
                started(container, 0, 1),
                new ContainerResized(
                        container, account, workload, CpuMillis.of(500), MemoryMib.of(512), AT.plusSeconds(5), 2));
        assertThat(mirror.running(account))
                .containsExactly(new Mirror.Running(workload, CpuMillis.of(500), MemoryMib.of(512)));
    }

    @Test
    void anOlderWishChangesNothing() {
        wishes(wish(WorkloadKind.SERVICE, 3, 2, 1));
        wishes(wish(WorkloadKind.SERVICE, 2, 1, 9));
        facts(started(ContainerId.next(), 0, 3));
        assertThat(observed().state()).isEqualTo("running");
        wishes(new WorkloadRemoved(workload, account, 4, AT));
        wishes(wish(WorkloadKind.SERVICE, 3, 2, 1));
        assertThat(observed().state()).isEqualTo("stopping");
    }

    @Test
    void ofAJobInTwoTransactionsAtOnceTheLaterOneSeesThatItIsFinished() throws Exception {
        for (int round = 1; round <= 8; round++) {
            long generation = round * 2L;
            wishes(wish(WorkloadKind.JOB, generation, generation, 2));
            ContainerId one = ContainerId.next();
            ContainerId two = ContainerId.next();
            facts(started(one, 0, generation), started(two, 1, generation));
            CountDownLatch together = new CountDownLatch(2);
            List<Mirror.Counted> finished = new ArrayList<>();
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<List<Mirror.Counted>> first = pool.submit(() -> stop(one, together));
                Future<List<Mirror.Counted>> second = pool.submit(() -> stop(two, together));
                finished.addAll(first.get());
                finished.addAll(second.get());
            }
            assertThat(finished).as("round %d", round).hasSize(1);
            assertThat(finished.getFirst().job().generation()).isEqualTo(generation);
        }
    }

    private List<Mirror.Counted> finished(DSLContext transaction, Collection<WorkloadId> workloads) {
        return mirror.counted(transaction, workloads).stream()
                .filter(Mirror.Counted::over)
                .toList();
    }

    private List<Mirror.Counted> stop(ContainerId container, CountDownLatch together) {
        return database.dsl().transactionResult(tx -> {
            mirror.containers(tx.dsl(), List.of(stopped(container, 0)));
            together.countDown();
            together.await();
            TreeMap<WorkloadId, AccountId> touched = new TreeMap<>(Comparator.comparing(WorkloadId::uuid));
            touched.put(workload, account);
            mirror.lock(tx.dsl(), touched, AT);
            return finished(tx.dsl(), touched.keySet());
        });
    }

    @Test
    void aStopThatIsReadBeforeItsWishIsFoundWhenTheWishComes() {
        ContainerId container = ContainerId.next();
        facts(started(container, 0, 1), stopped(container, 0));
        wishes(wish(WorkloadKind.JOB, 1, 1, 1));
        List<Mirror.Counted> finished = database.dsl().transactionResult(tx -> finished(tx.dsl(), List.of(workload)));
        assertThat(finished).hasSize(1);
    }

    private RolloutObserved told(long sequence, RolloutState state, int ready, String message) {
        return new RolloutObserved(workload, account, 2, 2, 1L, state, 1, ready, message, AT, sequence);
    }

    @Test
    void ofARolloutTheGreatestSequenceHoldsWhicheverOrderItComesIn() {
        wishes(wish(WorkloadKind.SERVICE, 2, 2, 2));
        facts(started(ContainerId.next(), 1, 1), started(ContainerId.next(), 2, 1));
        assertThat(observed().rollout()).isNull();
        assertThat(observed().ready()).isEqualTo(2);
        database.dsl()
                .transaction(tx -> mirror.rollouts(
                        tx.dsl(),
                        List.of(
                                told(5, RolloutState.ROLLED_BACK, 1, "it ended"),
                                told(4, RolloutState.PROGRESSING, 0, null))));
        database.dsl().transaction(tx -> mirror.rollouts(tx.dsl(), List.of(told(3, RolloutState.PAUSED, 0, "paused"))));
        assertThat(observed().rollout()).isEqualTo(new Observed.Rollout("rolled_back", 2, 2, 1L, 1, "it ended"));
        assertThat(observed().message()).isEqualTo("it ended");
        assertThat(observed().ready()).isEqualTo(1);
        database.dsl().transaction(tx -> mirror.rollouts(tx.dsl(), List.of(told(6, RolloutState.COMPLETE, 2, null))));
        assertThat(observed().generation()).as("it stands as wished").isEqualTo(2);
        assertThat(observed().message()).isNull();
    }
}
