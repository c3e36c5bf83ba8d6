package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether a rollout has failed. Pure. */
final class Failure {
    /** How often in a row a replica of a new revision may end before it counts as one that cannot run. */
    static final int EARLY_ENDS = 3;

    private Failure() {}

    /** Why the wished revision cannot replace what runs, if that is so. */
    static Optional<String> of(Situation situation, WorkloadDesired wish, Progress progress) {
        if (progress.state().over()) {
            return Optional.empty();
        }
        for (int replica = 1; replica <= wish.replicas(); replica++) {
            Optional<Container> last = Rollout.lastEnded(situation, replica, wish);
            if (last.isPresent()) {
                Optional<String> why = why(last.get(), wish);
                if (why.isPresent()) {
                    return why;
                }
            }
        }
        RolloutWish how = Rollout.usual(wish.rollout());
        Instant deadline = progress.deadline(how.deadlineSeconds());
        return deadline == null || situation.now().isBefore(deadline) || situation.place() != Situation.Place.READY
                ? Optional.empty()
                : Optional.of("it was not complete within %d s: %s"
                        .formatted(how.deadlineSeconds(), standing(situation, wish)));
    }

    private static Optional<String> why(Container last, WorkloadDesired wish) {
        String name = last.name();
        if (last.state() == ContainerState.FAILED
                && LaunchFailed.isFinal(last.note().code())) {
            return Optional.of(
                    "%s cannot be launched: %s".formatted(name, last.note().message()));
        }
        boolean ended = last.life().reason() == StopReason.EXITED
                || last.life().reason() == StopReason.OOM_KILLED
                || last.life().reason() == StopReason.UNHEALTHY
                || last.life().reason() == StopReason.DISK_FULL
                || LaunchFailed.START_FAILED.equals(last.note().code());
        boolean clean = Integer.valueOf(0).equals(last.life().exitCode());
        boolean onlyOne = wish.restart() == RestartPolicy.NEVER && !clean;
        if (last.state().over() && ended && (last.target().attempt() >= EARLY_ENDS || onlyOne)) {
            return Optional.of("%s ended %d times in a row: %s"
                    .formatted(name, last.target().attempt(), Restarts.how(last)));
        }
        return Optional.empty();
    }

    /** What is missing, in words. */
    private static String standing(Situation situation, WorkloadDesired wish) {
        List<Container> current = situation.containers().stream()
                .filter(c -> c.state().up() && c.isOf(wish.revision(), wish.run()))
                .toList();
        long running = current.stream()
                .filter(c -> c.state() == ContainerState.RUNNING)
                .count();
        String said = current.stream()
                .map(c -> situation.checked(c.id()).readiness())
                .filter(health -> health != null && health.said() != null)
                .map(health -> "; the readiness of one: " + health.said())
                .findFirst()
                .orElse("");
        return "of %d replicas %d of the new revision run%s".formatted(wish.replicas(), running, said);
    }
}
