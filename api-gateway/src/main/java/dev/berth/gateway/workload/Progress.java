package dev.berth.gateway.workload;

import dev.berth.gateway.operation.OperationStep;
import dev.berth.gateway.operation.Verdict;
import dev.berth.gateway.quota.Amount;
import dev.berth.schema.workload.DesiredState;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a change of a workload is through; pure. A service or machine is through when as many containers as wished run, of the wished
 * revision, run and size, and the rollout is complete; it has failed when its rollout has. A task is through with its run, and has
 * failed with it. A pause is through when everything that runs is frozen. What is to stop is through when nothing runs.
 */
final class Progress {
    private static final Set<String> RUNS = Set.of("create", "run", "start");
    private static final Set<String> REVISES = Set.of("create", "deploy", "rollback", "restart");
    private static final List<String> LOST = List.of("failed", "rolled_back");

    private Progress() {}

    static Verdict of(OperationStep step, Wish wish, Observed seen) {
        if (wish.generation() > step.generation()) {
            return Verdict.superseded(
                    wish.heldBy() == null
                            ? "a later change took its place"
                            : "Berth stopped the workload: %s"
                                    .formatted(wish.heldBy().replace('_', ' ')));
        }
        boolean rests = wish.removedAt() != null || (wish.state() == DesiredState.STOPPED && !wish.waits());
        boolean current = seen.generation() >= step.generation();
        if (rests) {
            return resting(seen, current);
        }
        if (wish.paused()) {
            return pausing(step, seen);
        }
        if (step.action().equals("unpause") && seen.state().equals(Observed.PAUSED)) {
            return Verdict.goesOn("its containers do not go on so far");
        }
        return wish.spec().isTask() ? task(step, wish, seen) : running(step, wish, seen, current);
    }

    private static Verdict resting(Observed seen, boolean current) {
        return current && seen.reach().asWished()
                ? Verdict.done()
                : Verdict.goesOn(seen.running() == 0 ? null : "%d still run".formatted(seen.running()));
    }

    /** What is changed while it is paused takes effect when it goes on, and is done as far as anything is to be done now. */
    private static Verdict pausing(OperationStep step, Observed seen) {
        boolean frozen = seen.running() == 0 || seen.state().equals(Observed.PAUSED);
        return frozen || !step.action().equals("pause")
                ? Verdict.done()
                : Verdict.goesOn("its containers are not frozen so far");
    }

    private static Verdict task(OperationStep step, Wish wish, Observed seen) {
        if (step.action().equals("unpause")) {
            return Verdict.done();
        }
        if (!wish.finished() || seen.running() > 0) {
            return Verdict.goesOn(seen.message());
        }
        boolean ofThisRun = seen.generation() >= wish.freshGeneration();
        return RUNS.contains(step.action()) && ofThisRun && seen.state().equals("failed")
                ? Verdict.failed(seen.message())
                : Verdict.done();
    }

    private static Verdict running(OperationStep step, Wish wish, Observed seen, boolean current) {
        Observed.Rollout rollout = seen.rollout();
        boolean told = rollout != null && rollout.generation() >= step.generation();
        if (told && rollout != null && rollout.revision() == wish.revision() && LOST.contains(rollout.state())) {
            return Verdict.failed(rollout.message());
        }
        boolean complete = rollout != null
                && rollout.revision() == wish.revision()
                && rollout.state().equals("complete")
                && (told || !REVISES.contains(step.action()));
        Amount size = Amount.of(
                1, wish.spec().cpuMillis().value(), wish.spec().memoryMib().value());
        boolean sized = seen.reach().sizes().stream().allMatch(size::equals);
        // After a way back, containers of before are of the wished revision again, which only the rollout tells.
        boolean asWished = seen.reach().asWished()
                || (told && seen.running() == wish.spec().replicas());
        return current && complete && sized && asWished ? Verdict.done() : Verdict.goesOn(waitsFor(rollout, seen));
    }

    private static @Nullable String waitsFor(Observed.@Nullable Rollout rollout, Observed seen) {
        return rollout == null || rollout.message() == null ? seen.message() : rollout.message();
    }
}
