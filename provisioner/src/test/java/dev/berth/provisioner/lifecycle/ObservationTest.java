package dev.berth.provisioner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.provisioner.engine.Seen;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.testing.Wishes;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private static final Instant T0 = Instant.parse("2026-11-22T08:00:00Z");
    private static final ContainerId ID = ContainerId.next();

    private static Container container(ContainerState state, Instant startedAt, Container.Stopping stopping) {
        return new Container(
                ID,
                AccountId.next(),
                WorkloadId.next(),
                new Container.Target(1, 1, 1, 1, 1, 0),
                "web-1",
                "host",
                "web:1",
                Size.of(100, 64),
                Size.of(100, 64),
                null,
                state,
                null,
                stopping,
                new Container.Life("e", "i", startedAt, null, null, false, null),
                Container.Note.NONE,
                1,
                Wishes.cause(T0),
                null,
                false,
                null,
                T0,
                Container.Frozen.NEVER);
    }

    private static Seen seen(boolean running, Instant startedAt, Instant finishedAt, Integer exitCode, boolean oom) {
        return new Seen("e", ID, running, startedAt, finishedAt, exitCode, oom, "");
    }

    private static Container.Stopping stopping(Instant at) {
        return new Container.Stopping(StopReason.SUSPENDED, at, 10, null, Wishes.cause(T0));
    }

    @Test
    void aStartIsNewsOnce() {
        Seen seen = seen(true, T0, null, null, false);
        assertThat(Observation.of(container(ContainerState.STARTING, null, null), seen, Evidence.NONE))
                .isEqualTo(new Observation.Started("e", T0));
        assertThat(Observation.of(container(ContainerState.RUNNING, T0, null), seen, Evidence.NONE))
                .isInstanceOf(Observation.Nothing.class);
    }

    @Test
    void anEndWhoseStartWasNeverSeenTellsBoth() {
        assertThat(Observation.of(
                        container(ContainerState.STARTING, null, null),
                        seen(false, T0, T0.plusMillis(7), 0, false),
                        Evidence.NONE))
                .isEqualTo(new Observation.Ended("e", T0, T0.plusMillis(7), 0, false, StopReason.EXITED, true, null));
    }

    @Test
    void anEndBeforeOurIntentionIsItsOwn() {
        Seen seen = seen(false, T0, T0.plusSeconds(5), 1, false);
        assertThat(Observation.of(
                        container(ContainerState.STOPPING, T0, stopping(T0.plusSeconds(8))), seen, Evidence.NONE))
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.EXITED);
        assertThat(Observation.of(
                        container(ContainerState.STOPPING, T0, stopping(T0.plusMillis(6900))), seen, Evidence.NONE))
                .as("two clocks are never quite the same")
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.SUSPENDED);
    }

    @Test
    void wantOfMemoryIsToldApartFromAnExitThatOnlyLooksLikeIt() {
        Container running = container(ContainerState.RUNNING, T0, null);
        Evidence signalled = new Evidence(T0.plusMillis(500), null);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, true), Evidence.NONE))
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.OOM_KILLED);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, false), Evidence.NONE))
                .as("a program may exit with 137 of its own; that is no fault of the platform")
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.EXITED);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, false), signalled))
                .as("somebody sent it a signal through the engine")
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.PLATFORM);
    }

    @Test
    void whatIsGoneIsLostAndNoEndIsInvented() {
        assertThat(Observation.of(container(ContainerState.RUNNING, T0, null), null, Evidence.NONE))
                .isInstanceOf(Observation.Lost.class);
        assertThat(Observation.of(container(ContainerState.STARTING, null, null), null, Evidence.NONE))
                .isInstanceOf(Observation.Nothing.class);
        assertThat(Observation.of(container(ContainerState.STOPPED, T0, null), null, Evidence.NONE))
                .isInstanceOf(Observation.Nothing.class);
    }

    @Test
    void aRestartBehindOurBackEndsTheFirstRunAtItsOwnEnd() {
        Container running = container(ContainerState.RUNNING, T0, null);
        assertThat(Observation.of(
                        running, seen(true, T0.plusSeconds(9), T0.plusSeconds(8), null, false), Evidence.NONE))
                .isEqualTo(new Observation.Ended(
                        "e", T0, T0.plusSeconds(8), null, false, StopReason.PLATFORM, false, null));
        assertThat(Observation.of(running, seen(false, T0.plusSeconds(9), T0.plusSeconds(10), 0, false), Evidence.NONE))
                .as("the first run's end has been overwritten")
                .isInstanceOf(Observation.Lost.class);
    }

    @Test
    void anEndIsNeverBeforeItsStart() {
        assertThat(Observation.of(
                        container(ContainerState.RUNNING, T0, null),
                        seen(false, T0, T0.minusMillis(3), 0, false),
                        Evidence.NONE))
                .extracting(o -> ((Observation.Ended) o).finishedAt())
                .isEqualTo(T0);
    }

    @Test
    void aSignalExplainsTheEndThatFollowsItHoweverLateSomebodyLooks() {
        Container running = container(ContainerState.RUNNING, T0, null);
        Evidence signalled = new Evidence(T0.plusSeconds(100), null);
        assertThat(reasonOf(running, T0.plusSeconds(103), signalled)).isEqualTo(StopReason.PLATFORM);
        assertThat(reasonOf(running, T0.plusSeconds(90), signalled)).isEqualTo(StopReason.EXITED);
        assertThat(reasonOf(running, T0.plusSeconds(200), signalled)).isEqualTo(StopReason.EXITED);
    }

    @Test
    void anEndWhileTheEngineWasAwayIsThePlatforms() {
        Container running = container(ContainerState.RUNNING, T0, null);
        Evidence outage = new Evidence(null, new Evidence.Outage(T0.plusSeconds(100), T0.plusSeconds(160), null));
        assertThat(reasonOf(running, T0.plusSeconds(101), outage)).isEqualTo(StopReason.PLATFORM);
        assertThat(reasonOf(running, T0.plusSeconds(99), outage)).isEqualTo(StopReason.EXITED);
        assertThat(reasonOf(running, T0.plusSeconds(161), outage)).isEqualTo(StopReason.EXITED);
    }

    @Test
    void nothingRanThroughAStartOfItsHost() {
        Container running = container(ContainerState.RUNNING, T0, null);
        Evidence down = new Evidence(
                null, new Evidence.Outage(T0.plusSeconds(100), T0.plusSeconds(36_000), T0.plusSeconds(35_990)));
        assertThat(provenUntil(running, T0, T0.plusSeconds(35_999), down)).isEqualTo(T0.plusSeconds(100));
        assertThat(provenUntil(running, T0, T0.plusSeconds(103), down))
                .as("an orderly end before it is true")
                .isNull();
        Container late = container(ContainerState.RUNNING, T0.plusSeconds(101), null);
        assertThat(provenUntil(late, T0.plusSeconds(101), T0.plusSeconds(35_999), down))
                .isEqualTo(T0.plusSeconds(101));
        Container after = container(ContainerState.RUNNING, T0.plusSeconds(35_995), null);
        assertThat(provenUntil(after, T0.plusSeconds(35_995), T0.plusSeconds(35_999), down))
                .isNull();
    }

    private static StopReason reasonOf(Container container, Instant end, Evidence evidence) {
        return ((Observation.Ended) Observation.of(container, seen(false, T0, end, 0, false), evidence)).reason();
    }

    private static Instant provenUntil(Container container, Instant startedAt, Instant end, Evidence evidence) {
        return ((Observation.Ended) Observation.of(container, seen(false, startedAt, end, 255, false), evidence))
                .provenUntil();
    }
}
