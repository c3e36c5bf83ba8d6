package dev.berth.provisioner.rollout;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the plan of one workload. Pure; one object is one planning.
 *
 * <p>Goals: the wished replicas of the wished revision and run, never fewer than wished while a service changes over, never two
 * of a job. Constraints: a service may have one container more than wished while it changes over (surge 1); an old one goes
 * only when a new one has run for the settle time. Algorithm: containers are <em>current</em> (of the wished revision and run,
 * and of a size that the engine did not refuse) or <em>old</em>. Missing replicas of the current are launched while there is
 * room; as many old ones stay as current ones are not ready. A job stops the old and waits until they are over.
 *
 * <p>Example: 2 replicas at revision 1, and revision 2 is wished: launch web-1 (3 in all); when it settled stop one old; launch
 * web-2; when it settled stop the other.
 */
public final class Rollout {
    private final Situation situation;
    private final RolloutRules rules;
    private final Instant now;
    private final List<Step> steps = new ArrayList<>();
    private final Set<ContainerId> stopped = new HashSet<>();
    private @Nullable Instant wakeAt;

    private Rollout(Situation situation, RolloutRules rules) {
        this.situation = situation;
        this.rules = rules;
        this.now = situation.now();
    }

    /** The plan for a situation. */
    public static Plan plan(Situation situation, RolloutRules rules) {
        Rollout rollout = new Rollout(situation, rules);
        switch (situation.wish()) {
            case Wish.Withdrawn withdrawn -> rollout.withdraw();
            case Wish.Wanted wanted -> rollout.want(wanted.spec());
        }
        return new Plan(rollout.steps, rollout.wakeAt);
    }

    private void withdraw() {
        stopAll(StopReason.STOPPED);
        if (situation.containers().stream().allMatch(c -> c.state().over() && c.removedAt() != null)) {
            steps.add(new Step.Gone());
        }
    }

    private void want(WorkloadDesired spec) {
        if (situation.place() == Situation.Place.CLOSING) {
            stopAll(StopReason.STOPPED);
            return;
        }
        if (spec.state() == DesiredState.STOPPED) {
            stopAll(spec.heldBy() == null ? StopReason.STOPPED : StopReason.SUSPENDED);
            return;
        }
        Optional<Container.Note> refusal = SpecCheck.refusal(spec);
        if (refusal.isPresent()) {
            refuse(spec, refusal.get());
            return;
        }
        limitRuntime(spec);
        if (spec.kind() == WorkloadKind.JOB) {
            job(spec);
        } else {
            service(spec);
        }
    }

    private void stopAll(StopReason reason) {
        for (Container container : situation.containers()) {
            stop(container, reason);
        }
    }

    private void stop(Container container, StopReason reason) {
        if (container.state().up() && stopped.add(container.id())) {
            steps.add(new Step.Stop(container.id(), reason));
        }
    }

    /** Told once a revision, on the first replica; what still runs of an older one goes. */
    private void refuse(WorkloadDesired spec, Container.Note why) {
        stopAll(StopReason.REPLACED);
        boolean told = situation.containers().stream()
                .anyMatch(c -> c.isOf(spec.revision(), spec.run()) && c.state() == ContainerState.FAILED);
        if (!told && spec.replicas() > 0) {
            steps.add(new Step.Refuse(new Container.Turn(1, 1, 0), why));
        }
    }

    private void limitRuntime(WorkloadDesired spec) {
        Integer most = spec.maxRuntimeSeconds();
        if (most == null) {
            return;
        }
        for (Container container : situation.containers()) {
            Instant startedAt = container.life().startedAt();
            if (container.state() == ContainerState.RUNNING && startedAt != null) {
                Instant end = startedAt.plusSeconds(most);
                if (now.isBefore(end)) {
                    wake(end);
                } else {
                    stop(container, StopReason.MAX_RUNTIME);
                }
            }
        }
    }

    private void job(WorkloadDesired spec) {
        boolean oldLives = false;
        for (Container container : situation.containers()) {
            if (!container.isOf(spec.revision(), spec.run())) {
                stop(container, StopReason.REPLACED);
                oldLives |= !container.state().over();
            }
        }
        for (Container container : currentUp(spec)) {
            if (container.target().replica() > spec.replicas()) {
                stop(container, StopReason.STOPPED);
            } else {
                resize(container, spec);
            }
        }
        for (int replica = 1; replica <= spec.replicas() && !oldLives; replica++) {
            int number = replica;
            boolean lives = situation.containers().stream()
                    .anyMatch(c -> c.target().replica() == number && !c.state().over());
            if (!lives) {
                fill(replica, spec);
            }
        }
    }

    private void service(WorkloadDesired spec) {
        List<Container> current = new ArrayList<>();
        Set<Integer> filled = new HashSet<>();
        for (Container container : currentUp(spec)) {
            if (container.target().replica() > spec.replicas()
                    || !filled.add(container.target().replica())) {
                stop(container, StopReason.STOPPED);
            } else {
                current.add(container);
                resize(container, spec);
            }
        }
        List<Container> old = situation.containers().stream()
                .filter(c -> c.state().up() && !isCurrent(c, spec) && !stopped.contains(c.id()))
                .sorted(Comparator.comparing((Container c) -> c.state() == ContainerState.RUNNING)
                        .thenComparing(c -> c.id().toString()))
                .toList();
        int ready = 0;
        for (Container container : current) {
            if (isReady(container, !old.isEmpty())) {
                ready++;
            }
        }
        int keep = Math.max(0, spec.replicas() - ready);
        int going = Math.max(0, old.size() - keep);
        old.stream().limit(going).forEach(container -> stop(container, StopReason.REPLACED));
        int staying = old.size() - going;
        int room = staying == 0 ? Integer.MAX_VALUE : spec.replicas() + 1 - staying - current.size();
        for (int replica = 1; replica <= spec.replicas() && room > 0; replica++) {
            if (!filled.contains(replica) && fill(replica, spec)) {
                room--;
            }
        }
    }

    private List<Container> currentUp(WorkloadDesired spec) {
        return situation.containers().stream()
                .filter(c -> c.state().up() && isCurrent(c, spec) && !stopped.contains(c.id()))
                .toList();
    }

    private static boolean isCurrent(Container container, WorkloadDesired spec) {
        Long refused = container.resizeRefused();
        return container.isOf(spec.revision(), spec.run())
                && (refused == null
                        || refused != spec.generation()
                        || container.size().equals(sizeOf(spec)));
    }

    private static Size sizeOf(WorkloadDesired spec) {
        return new Size(spec.cpuMillis(), spec.memoryMib());
    }

    private boolean isReady(Container container, boolean matters) {
        Instant startedAt = container.life().startedAt();
        if (container.state() != ContainerState.RUNNING || startedAt == null) {
            return false;
        }
        Instant settled = startedAt.plus(rules.settle());
        if (now.isBefore(settled)) {
            if (matters) {
                wake(settled);
            }
            return false;
        }
        return true;
    }

    private void resize(Container container, WorkloadDesired spec) {
        Size size = sizeOf(spec);
        Long refused = container.resizeRefused();
        if (container.state() == ContainerState.RUNNING
                && !container.wanted().equals(size)
                && (refused == null || refused != spec.generation())) {
            steps.add(new Step.Resize(container.id(), size));
        }
    }

    /** Launches a replica that has no container; answers whether it takes up room now. */
    private boolean fill(int replica, WorkloadDesired spec) {
        Optional<Container> last = situation.containers().stream()
                .filter(c -> c.target().replica() == replica && !c.state().up() && c.isOf(spec.revision(), spec.run()))
                .max(Comparator.comparing(c -> c.id().toString()));
        Restarts.Next next =
                last.isEmpty() ? new Restarts.Next.Now(1, 0) : Restarts.after(last.get(), spec, rules, now);
        switch (next) {
            case Restarts.Next.Done done -> remark(last, done.note());
            case Restarts.Next.Later later -> {
                remark(last, later.note());
                wake(later.note().nextStartAt());
            }
            case Restarts.Next.GivenUp givenUp ->
                steps.add(new Step.Refuse(
                        new Container.Turn(replica, givenUp.attempt(), givenUp.failures()), givenUp.why()));
            case Restarts.Next.Now launch -> {
                if (situation.place() == Situation.Place.READY) {
                    steps.add(new Step.Launch(new Container.Turn(replica, launch.attempt(), launch.failures())));
                    return true;
                }
            }
        }
        return false;
    }

    private void remark(Optional<Container> last, Container.Note note) {
        if (last.isPresent() && !last.get().note().equals(note)) {
            steps.add(new Step.Remark(last.get().id(), note));
        }
    }

    private void wake(@Nullable Instant at) {
        if (at != null && (wakeAt == null || at.isBefore(wakeAt))) {
            wakeAt = at;
        }
    }
}
