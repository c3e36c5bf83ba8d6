package dev.berth.provisioner.rollout;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.engine.Size;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
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
 * <p>Goals: the wished replicas of the wished revision and run; while a service changes over, no fewer ready ones than its owner
 * allows and no more in all; a revision that cannot run does not replace one that can; never two of a job. Constraints: what
 * {@link RolloutWish} says; a rollout ends, well or not, within its deadline. Algorithm: containers are <em>current</em> (of the
 * revision and run that are to run, and of a size that the engine did not refuse) or <em>old</em>. A strategy says how many old ones
 * are kept beside the current ones that are ready ({@link Change}); missing replicas are launched while there is room. A new
 * revision fails when a replica of it ends {@value Failure#EARLY_ENDS} times in a row, when it can never be launched, or when its time is
 * over; then what served before is what is to run. A job stops the old and waits until they are over; then it runs its
 * {@link Indices}, as many at once as it has replicas, until all have ended well or one is lost. What is paused is left as it is.
 *
 * <p>Example: 2 replicas at revision 1, and revision 2 is wished, one more allowed: launch web-1 (3 in all); when it is ready stop
 * one old; launch web-2; when it is ready stop the other.
 */
public final class Rollout {
    /** How often it is asked whether what a workload waits for is there. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    /** One that has run for so long was running when this process found it. */
    private static final Duration FOUND_RUNNING = Duration.ofSeconds(10);

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
        return switch (situation.wish()) {
            case Wish.Withdrawn withdrawn -> new Rollout(situation, rules).withdraw();
            case Wish.Wanted wanted
            when wanted.spec().kind() == WorkloadKind.SERVICE || wanted.spec().kind() == WorkloadKind.MACHINE ->
                service(situation, rules, wanted.spec());
            case Wish.Wanted wanted -> new Rollout(situation, rules).task(wanted.spec());
        };
    }

    private Plan withdraw() {
        stopAll(StopReason.STOPPED);
        if (situation.containers().stream().allMatch(c -> c.state().over() && c.removedAt() != null)) {
            steps.add(new Step.Gone());
        }
        return new Plan(steps, wakeAt, null);
    }

    /** What is true of every kind that is not to run now; answers whether that is so. */
    private boolean rests(WorkloadDesired wish) {
        if (situation.place() == Situation.Place.CLOSING) {
            stopAll(StopReason.STOPPED);
            return true;
        }
        if (wish.state() == DesiredState.STOPPED) {
            stopAll(wish.heldBy() == null ? StopReason.STOPPED : StopReason.SUSPENDED);
            return true;
        }
        if (Boolean.TRUE.equals(wish.paused())) {
            for (Container container : situation.containers()) {
                if (!Paused.keeps(container, wish)) {
                    stop(container, StopReason.STOPPED);
                }
            }
            freeze(true);
            return true;
        }
        return false;
    }

    /** Freezes what runs, or lets it go on. */
    private void freeze(boolean paused) {
        for (Container container : situation.containers()) {
            if (container.state() == ContainerState.RUNNING
                    && container.frozen().wanted() != paused
                    && !stopped.contains(container.id())) {
                steps.add(new Step.Freeze(container.id(), paused));
            }
        }
    }

    private Plan task(WorkloadDesired wish) {
        if (!rests(wish)) {
            freeze(false);
            Optional<Container.Note> refusal = SpecCheck.refusal(wish);
            if (refusal.isPresent()) {
                refuse(wish, refusal.get());
            } else if (waitsFor(wish).isEmpty()) {
                endUnhealthy();
                new JobRollout(situation, wish, this).plan();
            }
        }
        return new Plan(steps, wakeAt, null);
    }

    private static Plan service(Situation situation, RolloutRules rules, WorkloadDesired wish) {
        Progress progress = Progress.of(wish, situation.progress());
        Rollout first = new Rollout(situation, rules);
        if (first.rests(wish)) {
            return first.planned(wish, progress.idle());
        }
        Optional<Container.Note> refusal =
                progress.state() == RolloutState.ROLLED_BACK ? Optional.empty() : SpecCheck.refusal(wish);
        if (refusal.isPresent()) {
            Progress failed =
                    first.failed(wish, progress, String.valueOf(refusal.get().message()));
            if (failed.state() == RolloutState.ROLLED_BACK) {
                return new Rollout(situation, rules).serve(wish, failed);
            }
            first.refuse(wish, refusal.get());
            return first.planned(wish, failed);
        }
        Optional<String> failure = Failure.of(situation, wish, progress);
        if (failure.isPresent()) {
            progress = first.failed(wish, progress, failure.get());
        }
        return new Rollout(situation, rules).serve(wish, progress);
    }

    /** A plan, with what is counted of it. */
    private Plan planned(WorkloadDesired wish, Progress progress) {
        int updated = 0;
        int ready = 0;
        for (Container container : situation.containers()) {
            if (container.state() == ContainerState.RUNNING && !stopped.contains(container.id())) {
                updated += container.isOf(wish.revision(), wish.run()) ? 1 : 0;
                ready += isReady(container, Duration.ZERO, false) ? 1 : 0;
            }
        }
        return new Plan(steps, wakeAt, progress.counted(wish, updated, ready));
    }

    private void stopAll(StopReason reason) {
        for (Container container : situation.containers()) {
            stop(container, reason);
        }
    }

    void stop(Container container, StopReason reason) {
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

    /** What it waits for before its first container; only while there is none at all of it. */
    private Optional<String> waitsFor(WorkloadDesired spec) {
        boolean begun =
                situation.containers().stream().anyMatch(c -> c.state().up() || c.isOf(spec.revision(), spec.run()));
        if (begun || spec.dependsOn() == null || spec.dependsOn().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> obstacle = situation.obstacle().get();
        if (obstacle.isPresent()) {
            wake(now.plus(ASK_AGAIN));
        }
        return obstacle;
    }

    /** Adds a step. */
    void take(Step step) {
        steps.add(step);
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

    /** One that fails its health check is ended; why stays written on it. Answers which replicas end so. */
    private Set<Integer> endUnhealthy() {
        Set<Integer> ending = new HashSet<>();
        for (Container container : situation.containers()) {
            Checked checked = situation.checked(container.id());
            if (container.state() == ContainerState.RUNNING && checked.dead()) {
                Health live = checked.live();
                String said = live == null || live.said() == null ? "no answer" : live.said();
                steps.add(new Step.Remark(
                        container.id(), new Container.Note("unhealthy", "its health check failed: " + said, null)));
                stop(container, StopReason.UNHEALTHY);
                ending.add(container.target().replica());
            }
        }
        return ending;
    }

    /** Runs what is to run, and says how it stands then. */
    private Plan serve(WorkloadDesired wish, Progress progress) {
        freeze(false);
        WorkloadDesired spec = progress.effective(wish);
        Optional<String> obstacle = waitsFor(spec);
        if (obstacle.isPresent()) {
            return planned(wish, progress.in(progress.state(), obstacle.get(), now));
        }
        limitRuntime(spec);
        Set<Integer> filled = endUnhealthy();
        RolloutWish how = usual(wish.rollout());
        Duration settle = wish.rollout() == null ? rules.settle() : Duration.ofSeconds(how.minReadySeconds());
        boolean changing = progress.state() != RolloutState.COMPLETE;

        List<Container> current = new ArrayList<>();
        for (Container container : currentUp(spec)) {
            if (container.target().replica() > spec.replicas()
                    || !filled.add(container.target().replica())) {
                stop(container, StopReason.STOPPED);
            } else {
                current.add(container);
                resize(container, spec);
            }
        }
        if (!progress.state().over() && !current.isEmpty()) {
            progress = progress.begun(now); // again after a pause, for which nothing has to be launched
        }
        List<Container> old = old(spec);
        boolean emptiesFirst = how.strategy() == RolloutStrategy.RECREATE && changing && oldLives(spec);
        if (emptiesFirst
                && spec.replicas() > 0
                && !how.paused()
                && !progress.goesBack()
                && OldFirst.awaitsImage(spec, old, current)) {
            return forerun(wish, spec, progress, old, current);
        }
        int ready = 0;
        for (Container container : current) {
            ready += isReady(container, settle, changing || !old.isEmpty()) ? 1 : 0;
        }
        Change change = progress.goesBack()
                ? Change.back(how, spec.replicas(), ready)
                : Change.of(how, spec.replicas(), old.size(), ready);
        int going = Math.max(0, old.size() - change.keep());
        old.stream().limit(going).forEach(container -> stop(container, StopReason.REPLACED));
        int room = emptiesFirst ? 0 : change.room(old.size() - going, current.size());
        for (int replica = 1; replica <= spec.replicas() && room > 0; replica++) {
            if (!filled.contains(replica) && fill(replica, spec)) {
                room--;
                progress = progress.begun(now);
            }
        }
        return planned(wish, after(wish, progress, change, old.isEmpty() && satisfied(spec, current, ready)));
    }

    /** One new container goes before, which has its image fetched and waits; what works is ended only after. */
    private Plan forerun(
            WorkloadDesired wish,
            WorkloadDesired spec,
            Progress progress,
            List<Container> old,
            List<Container> current) {
        old.stream()
                .filter(c -> c.state().rank() < ContainerState.STARTING.rank())
                .forEach(c -> stop(c, StopReason.REPLACED));
        Progress next = progress;
        for (int replica = 1; replica <= spec.replicas() && current.isEmpty(); replica++) {
            if (fill(replica, spec)) {
                next = next.begun(now);
                break;
            }
        }
        Change change = new Change(old.size(), 0, 1, RolloutState.PROGRESSING, null);
        return planned(wish, after(wish, next, change, false));
    }

    /** How it stands after this plan. */
    private Progress after(WorkloadDesired wish, Progress progress, Change change, boolean complete) {
        if (progress.state() == RolloutState.ROLLED_BACK) {
            return progress;
        }
        if (complete || progress.state() == RolloutState.COMPLETE) {
            WorkloadDesired serving = progress.serving();
            boolean known = progress.state() == RolloutState.COMPLETE
                    && serving != null
                    && serving.generation() == wish.generation();
            if (!known) {
                return progress.complete(wish, now);
            }
            return progress.message() == null ? progress : progress.in(RolloutState.COMPLETE, null, now);
        }
        if (progress.state() == RolloutState.FAILED) {
            return progress;
        }
        Progress next = progress.in(change.state(), change.message(), now);
        wake(next.deadline(usual(wish.rollout()).deadlineSeconds()));
        return next;
    }

    /** Whether all replicas are there and ready, or have ended as they may. */
    private boolean satisfied(WorkloadDesired spec, List<Container> current, int ready) {
        int done = 0;
        for (int replica = 1; replica <= spec.replicas(); replica++) {
            Optional<Container> last = lastEnded(replica, spec);
            int number = replica;
            if (current.stream().noneMatch(c -> c.target().replica() == number)
                    && last.isPresent()
                    && Integer.valueOf(0).equals(last.get().life().exitCode())
                    && Restarts.after(last.get(), spec, rules, now) instanceof Restarts.Next.Done) {
                done++;
            }
        }
        return ready + done >= spec.replicas();
    }

    private Progress failed(WorkloadDesired wish, Progress progress, String why) {
        boolean back = progress.canGoBack() && usual(wish.rollout()).rollback();
        return progress.in(back ? RolloutState.ROLLED_BACK : RolloutState.FAILED, why, now);
    }

    static RolloutWish usual(@Nullable RolloutWish wish) {
        return wish == null ? RolloutWish.USUAL : wish;
    }

    List<Container> currentUp(WorkloadDesired spec) {
        return situation.containers().stream()
                .filter(c -> c.state().up() && isCurrent(c, spec) && !stopped.contains(c.id()))
                .toList();
    }

    /** Those to be replaced, the ones that are missed least first. */
    private List<Container> old(WorkloadDesired spec) {
        return situation.containers().stream()
                .filter(c -> c.state().up() && !isCurrent(c, spec) && !stopped.contains(c.id()))
                .sorted(Comparator.comparing((Container c) -> c.state() == ContainerState.RUNNING)
                        .thenComparing(c -> isReady(c, Duration.ZERO, false))
                        .thenComparing(c -> c.id().toString()))
                .toList();
    }

    private boolean oldLives(WorkloadDesired spec) {
        return situation.containers().stream().anyMatch(c -> !c.state().over() && !isCurrent(c, spec));
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

    /** Whether it has been ready for so long: by its checks, or while it has none because it runs. */
    private boolean isReady(Container container, Duration settle, boolean matters) {
        Instant startedAt = container.life().startedAt();
        if (container.state() != ContainerState.RUNNING
                || startedAt == null
                || container.frozen().is()) {
            return false;
        }
        Health said = situation.checked(container.id()).readiness();
        Instant since = said == null ? startedAt : said.passingSince();
        if (since == null || (said == null && unasked(container))) {
            return false;
        }
        Instant settled = since.plus(settle);
        if (now.isBefore(settled)) {
            if (matters) {
                wake(settled);
            }
            return false;
        }
        return true;
    }

    /**
     * Whether it has checks and was not asked so far. One of a service that was complete, and that this process found running, is taken
     * for what it was; it is asked at once.
     */
    private boolean unasked(Container container) {
        if (!(situation.wish() instanceof Wish.Wanted wanted)) {
            return false;
        }
        WorkloadDesired wish = wanted.spec();
        boolean hasChecks = container.isOf(wish.revision(), wish.run())
                && (wish.healthCheck() != null || wish.readinessCheck() != null);
        Progress before = situation.progress();
        Instant startedAt = container.life().startedAt();
        boolean settled = before != null
                && before.state() == RolloutState.COMPLETE
                && startedAt != null
                && !now.isBefore(startedAt.plus(FOUND_RUNNING));
        return hasChecks && !settled;
    }

    void resize(Container container, WorkloadDesired spec) {
        Size size = sizeOf(spec);
        Long refused = container.resizeRefused();
        if (container.state() == ContainerState.RUNNING
                && !container.wanted().equals(size)
                && (refused == null || refused != spec.generation())) {
            steps.add(new Step.Resize(container.id(), size));
        }
    }

    private Optional<Container> lastEnded(int replica, WorkloadDesired spec) {
        return lastEnded(situation, replica, spec);
    }

    /** The latest run of a replica that is over or about to be. */
    static Optional<Container> lastEnded(Situation situation, int replica, WorkloadDesired spec) {
        return situation.containers().stream()
                .filter(c -> c.target().replica() == replica && !c.state().up() && c.isOf(spec.revision(), spec.run()))
                .max(Comparator.comparing(c -> c.id().toString()));
    }

    /** Launches a replica that has no container; answers whether it takes up room now. */
    private boolean fill(int replica, WorkloadDesired spec) {
        return fill(replica, spec, lastEnded(replica, spec), true);
    }

    /** The same of a replica whose latest container is known already, while there is room for one more or not. */
    boolean fill(int replica, WorkloadDesired spec, Optional<Container> last, boolean room) {
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
                if (room && situation.place() == Situation.Place.READY) {
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

    void wake(@Nullable Instant at) {
        if (at != null && at.isAfter(now) && (wakeAt == null || at.isBefore(wakeAt))) {
            wakeAt = at;
        }
    }
}
