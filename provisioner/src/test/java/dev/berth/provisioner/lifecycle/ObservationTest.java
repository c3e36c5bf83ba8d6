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
                T0);
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
        assertThat(Observation.of(container(ContainerState.STARTING, null, null), seen, false))
                .isEqualTo(new Observation.Started("e", T0));
        assertThat(Observation.of(container(ContainerState.RUNNING, T0, null), seen, false))
                .isInstanceOf(Observation.Nothing.class);
    }

    @Test
    void anEndWhoseStartWasNeverSeenTellsBoth() {
        assertThat(Observation.of(
                        container(ContainerState.STARTING, null, null),
                        seen(false, T0, T0.plusMillis(7), 0, false),
                        false))
                .isEqualTo(new Observation.Ended("e", T0, T0.plusMillis(7), 0, false, StopReason.EXITED, true));
    }

    @Test
    void anEndBeforeOurIntentionIsItsOwn() {
        Seen seen = seen(false, T0, T0.plusSeconds(5), 1, false);
        assertThat(Observation.of(container(ContainerState.STOPPING, T0, stopping(T0.plusSeconds(6))), seen, false))
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.EXITED);
        assertThat(Observation.of(container(ContainerState.STOPPING, T0, stopping(T0.plusSeconds(5))), seen, false))
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.SUSPENDED);
    }

    @Test
    void wantOfMemoryIsToldApartFromAnExitThatOnlyLooksLikeIt() {
        Container running = container(ContainerState.RUNNING, T0, null);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, true), false))
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.OOM_KILLED);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, false), false))
                .as("a program may exit with 137 of its own; that is no fault of the platform")
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.EXITED);
        assertThat(Observation.of(running, seen(false, T0, T0.plusSeconds(1), 137, false), true))
                .as("somebody sent it a signal through the engine")
                .extracting(o -> ((Observation.Ended) o).reason())
                .isEqualTo(StopReason.PLATFORM);
    }

    @Test
    void whatIsGoneIsLostAndNoEndIsInvented() {
        assertThat(Observation.of(container(ContainerState.RUNNING, T0, null), null, false))
                .isInstanceOf(Observation.Lost.class);
        assertThat(Observation.of(container(ContainerState.STARTING, null, null), null, false))
                .isInstanceOf(Observation.Nothing.class);
        assertThat(Observation.of(container(ContainerState.STOPPED, T0, null), null, false))
                .isInstanceOf(Observation.Nothing.class);
    }

    @Test
    void aRestartBehindOurBackEndsTheFirstRunAtItsOwnEnd() {
        Container running = container(ContainerState.RUNNING, T0, null);
        assertThat(Observation.of(running, seen(true, T0.plusSeconds(9), T0.plusSeconds(8), null, false), false))
                .isEqualTo(new Observation.Ended("e", T0, T0.plusSeconds(8), null, false, StopReason.PLATFORM, false));
        assertThat(Observation.of(running, seen(false, T0.plusSeconds(9), T0.plusSeconds(10), 0, false), false))
                .as("the first run's end has been overwritten")
                .isInstanceOf(Observation.Lost.class);
    }

    @Test
    void anEndIsNeverBeforeItsStart() {
        assertThat(Observation.of(
                        container(ContainerState.RUNNING, T0, null),
                        seen(false, T0, T0.minusMillis(3), 0, false),
                        false))
                .extracting(o -> ((Observation.Ended) o).finishedAt())
                .isEqualTo(T0);
    }
}
