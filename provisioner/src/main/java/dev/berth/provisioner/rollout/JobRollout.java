package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The part of a {@link Rollout} that is a job's: its run of {@link Indices}.
 *
 * <p>Goals: each index ends well once, with as few containers as that takes; never more at once than the job has replicas, those that are
 * to end too. Constraints: an index is tried again as {@link Restarts} says, and takes up no room while it waits for that; one that is lost
 * ends the run, and the others are stopped; the longest time is that of the run as a whole, from the start of its first container.
 * A run does not begin before the last container of the one before it is over.
 */
final class JobRollout {
    private final Situation situation;
    private final WorkloadDesired spec;
    private final Rollout rollout;
    private final Indices indices;

    /** {@code rollout} takes the steps. */
    JobRollout(Situation situation, WorkloadDesired spec, Rollout rollout) {
        this.situation = situation;
        this.spec = spec;
        this.rollout = rollout;
        this.indices = Indices.of(spec, situation.containers());
    }

    void plan() {
        boolean oldLives = false;
        int living = 0;
        for (Container container : situation.containers()) {
            living += container.state().over() ? 0 : 1;
            if (!container.isOf(spec.revision(), spec.run())) {
                rollout.stop(container, StopReason.REPLACED);
                oldLives |= !container.state().over();
            }
        }
        boolean lost = indices.lost().isPresent();
        boolean late = !lost && isLate();
        keep(lost, late);
        Step.Settle settled = indices.settled();
        if (settled != null) {
            rollout.take(settled);
        }
        if (late && living == 0) {
            tellLate();
        } else if (!lost && !late && !oldLives) {
            launch(spec.replicas() - living);
        }
    }

    /** Stops what is not to run, of those that are too many the greatest indices. */
    private void keep(boolean lost, boolean late) {
        List<Container> up = rollout.currentUp(spec).stream()
                .sorted(Comparator.comparingInt(c -> c.target().replica()))
                .toList();
        int kept = 0;
        for (Container container : up) {
            if (late) {
                rollout.stop(container, StopReason.MAX_RUNTIME);
            } else if (lost || container.target().replica() > Indices.wished(spec) || kept == spec.replicas()) {
                rollout.stop(container, StopReason.STOPPED);
            } else {
                kept++;
                rollout.resize(container, spec);
            }
        }
    }

    private void launch(int room) {
        int left = room;
        for (int index : indices.open()) {
            Optional<Container> last = indices.last(index);
            boolean launched = (left > 0 || last.isPresent()) && rollout.fill(index, spec, last, left > 0);
            if (launched || last.filter(JobRollout::waitsForItsPlace).isPresent()) {
                left--;
            }
        }
    }

    /** One that could not be launched, for which it is not at fault: the next would not fare better, however many there are. */
    private static boolean waitsForItsPlace(Container last) {
        String code = last.note().code();
        return last.state() == ContainerState.FAILED
                && (code == null || !(LaunchFailed.isFinal(code) || code.equals(LaunchFailed.START_FAILED)));
    }

    private boolean isLate() {
        Integer most = spec.maxRuntimeSeconds();
        Instant since = indices.since();
        if (most == null || since == null || indices.allWell()) {
            return false;
        }
        Instant end = since.plusSeconds(most);
        rollout.wake(end);
        return !situation.now().isBefore(end);
    }

    /** By a container that never is, since none was running whose end could tell it. */
    private void tellLate() {
        indices.open().stream().findFirst().ifPresent(index -> {
            int attempt = indices.last(index).map(c -> c.target().attempt()).orElse(1);
            rollout.take(new Step.Refuse(
                    new Container.Turn(index, attempt, 0),
                    new Container.Note(
                            LaunchFailed.JOB_FAILED,
                            "its run has taken its longest time, %d s".formatted(spec.maxRuntimeSeconds()),
                            null)));
        });
    }
}
