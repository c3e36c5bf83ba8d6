package dev.berth.gateway.workload;

import dev.berth.gateway.account.AccountStanding;
import dev.berth.gateway.quota.Amount;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadEvent;
import dev.berth.schema.workload.WorkloadKind;
import dev.berth.schema.workload.WorkloadRemoved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A wish at one generation. The transitions are pure: each answers the next wish, with a greater generation, or this one when
 * nothing changes.
 *
 * @param revision see {@link WorkloadDesired}
 * @param lastRevision the greatest that was given out; what changes after a way back gets a greater one
 * @param run see {@link WorkloadDesired}
 * @param wanted what the owner wants
 * @param heldBy why it is stopped although the owner wants it to run
 * @param freshGeneration the generation from which its containers had to be made anew: what an older one does tells nothing of
 *     this wish
 * @param finished a job that came to its end and was not run again
 * @param paused its containers are to be frozen as they are; what starts it anew or stops it ends that
 */
record Wish(
        WorkloadId id,
        AccountId account,
        Spec spec,
        long generation,
        long revision,
        long lastRevision,
        long run,
        DesiredState wanted,
        @Nullable String heldBy,
        long freshGeneration,
        boolean finished,
        boolean paused,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant removedAt) {
    private static final int CAP_GRACE_S = 10;

    /** A new wish, to run. */
    static Wish made(WorkloadId id, AccountId account, Spec spec, Instant now) {
        boolean waits = spec.kind() == WorkloadKind.CRON;
        return new Wish(id, account, spec, 1, 1, 1, 1, DesiredState.RUNNING, null, 1, waits, false, now, now, null);
    }

    /** Wants something else. A job that is through does not run again by that: it waits for {@link #runAgain}. */
    Wish change(Spec next, Instant now) {
        if (next.equals(spec)) {
            return this;
        }
        boolean replaced = next.replaces(spec);
        boolean more = replaced || next.completions() != spec.completions();
        long g = generation + 1;
        return new Wish(
                id,
                account,
                replaced ? next.with(next.manner().with(anew(next.manner().rollout()))) : next,
                g,
                replaced ? lastRevision + 1 : revision,
                replaced ? lastRevision + 1 : lastRevision,
                run,
                more && finished && !waits() ? DesiredState.STOPPED : wanted,
                heldBy,
                replaced ? g : freshGeneration,
                finished && (!more || waits()),
                paused && !finished,
                createdAt,
                now,
                removedAt);
    }

    /**
     * Wants what a revision was, under its own number: containers of it that still run are of this wish again.
     *
     * @param next what that makes of it, as {@link WorkloadRules#back} says
     */
    Wish back(long toRevision, Spec next, Instant now) {
        if (toRevision == revision) {
            return this;
        }
        long g = generation + 1;
        return new Wish(
                id,
                account,
                next.with(next.manner().with(anew(next.manner().rollout()))),
                g,
                toRevision,
                lastRevision,
                run,
                finished && !waits() ? DesiredState.STOPPED : wanted,
                heldBy,
                g,
                waits(),
                paused && !finished,
                createdAt,
                now,
                removedAt);
    }

    /** A revision that is new was not promoted. */
    private static @Nullable RolloutWish anew(@Nullable RolloutWish rollout) {
        return rollout == null ? null : Rollouts.promoted(rollout, false);
    }

    /** Wants it to run, a job from its beginning. */
    Wish start(Instant now) {
        if (wanted == DesiredState.RUNNING && (!finished || waits())) {
            return paused(false, now);
        }
        if (spec.kind() == WorkloadKind.CRON) {
            return idle(now);
        }
        return spec.kind() == WorkloadKind.JOB ? runAgain(now) : fresh(run, DesiredState.RUNNING, heldBy, now);
    }

    /** Wants its containers replaced, running or not. */
    Wish runAgain(Instant now) {
        return fresh(run + 1, DesiredState.RUNNING, heldBy, now);
    }

    /** Wants no container. */
    Wish stop(Instant now) {
        return wanted == DesiredState.STOPPED ? this : fresh(run, DesiredState.STOPPED, null, now);
    }

    /** Wants its containers frozen as they are, or to go on. Only what is to run can be paused. */
    Wish paused(boolean next, Instant now) {
        if (next == paused) {
            return this;
        }
        return new Wish(
                id,
                account,
                spec,
                generation + 1,
                revision,
                lastRevision,
                run,
                wanted,
                heldBy,
                freshGeneration,
                finished,
                next,
                createdAt,
                now,
                removedAt);
    }

    /** Stops it in spite of its owner. */
    Wish hold(String reason, Instant now) {
        if (wanted == DesiredState.STOPPED || finished || removedAt != null || reason.equals(heldBy)) {
            return this;
        }
        return fresh(run, wanted, reason, now);
    }

    /** Lets it run as its owner wants. */
    Wish release(Instant now) {
        if (heldBy == null) {
            return this;
        }
        if (spec.kind() == WorkloadKind.CRON) {
            return idle(now);
        }
        return fresh(spec.kind() == WorkloadKind.JOB ? run + 1 : run, wanted, null, now);
    }

    /** Withdraws it. */
    Wish remove(Instant now) {
        if (removedAt != null) {
            return this;
        }
        return new Wish(
                id,
                account,
                spec,
                generation + 1,
                revision,
                lastRevision,
                run,
                wanted,
                null,
                freshGeneration,
                finished,
                false,
                createdAt,
                now,
                now);
    }

    /** A container of a generation came to the job's end; tells nothing if the job was begun anew since. */
    Wish finish(long containerGeneration, Instant now) {
        if (!spec.isTask()
                || finished
                || removedAt != null
                || wanted == DesiredState.STOPPED
                || containerGeneration < freshGeneration) {
            return this;
        }
        return new Wish(
                id,
                account,
                spec,
                generation,
                revision,
                lastRevision,
                run,
                wanted,
                heldBy,
                freshGeneration,
                true,
                false,
                createdAt,
                now,
                null);
    }

    /** What it holds of the quota: everything that is to run, also while it is held. */
    Amount takes() {
        boolean idle = removedAt != null || wanted == DesiredState.STOPPED || finished;
        return idle
                ? Amount.NONE
                : Amount.of(
                        spec.replicas(),
                        spec.cpuMillis().value(),
                        spec.memoryMib().value());
    }

    /** What the provisioner is to do. */
    DesiredState state() {
        return heldBy == null && !waits() ? wanted : DesiredState.STOPPED;
    }

    /** A cron between its runs. */
    boolean waits() {
        return spec.kind() == WorkloadKind.CRON && finished && wanted == DesiredState.RUNNING;
    }

    /** Whether there may be something to freeze. */
    boolean canBePaused() {
        return removedAt == null && !finished && state() == DesiredState.RUNNING;
    }

    /** The state in the API. */
    String stateText() {
        return removedAt == null ? (waits() && heldBy == null ? wanted : state()).text() : "removed";
    }

    /** For {@code If-Match}. */
    String etag() {
        return "\"" + generation + "\"";
    }

    /** What a spend cap stops may cost a few seconds more and no longer. */
    private int stopGraceS() {
        return AccountStanding.CAP_REACHED.equals(heldBy)
                ? Math.min(spec.stopGraceS(), CAP_GRACE_S)
                : spec.stopGraceS();
    }

    /** What others hear of it. */
    WorkloadEvent event() {
        if (removedAt != null) {
            return new WorkloadRemoved(id, account, generation, removedAt);
        }
        return new WorkloadDesired(
                id,
                account,
                spec.name(),
                spec.kind(),
                generation,
                revision,
                run,
                state(),
                heldBy,
                spec.image(),
                spec.command(),
                spec.args(),
                spec.env(),
                spec.cpuMillis(),
                spec.memoryMib(),
                spec.replicas(),
                spec.ports(),
                spec.restart(),
                spec.maxRuntimeS(),
                stopGraceS(),
                spec.autoDestroy(),
                spec.readOnlyRoot(),
                spec.labels(),
                updatedAt,
                spec.manner().healthCheck(),
                spec.manner().readinessCheck(),
                spec.manner().rollout(),
                spec.manner().retries(),
                spec.manner().dependsOn().isEmpty() ? null : spec.manner().dependsOn(),
                spec.manner().workingDir(),
                spec.manner().user(),
                spec.manner().stopSignal(),
                spec.manner().volumes().isEmpty()
                        ? null
                        : spec.manner().volumes().stream().map(MountWish::event).toList(),
                spec.manner().secrets().isEmpty()
                        ? null
                        : spec.manner().secrets().stream()
                                .map(SecretWish::event)
                                .toList(),
                spec.manner().files().isEmpty() ? null : spec.manner().files(),
                spec.manner().networks().isEmpty() ? null : spec.manner().networks(),
                spec.manner().pullPolicy(),
                spec.manner().registryLogin(),
                spec.manner().completions(),
                paused ? true : null,
                spec.manner().stdin(),
                spec.manner().tty());
    }

    /** A cron that waits for its next time. */
    private Wish idle(Instant now) {
        long g = generation + 1;
        return new Wish(
                id,
                account,
                spec,
                g,
                revision,
                lastRevision,
                run,
                DesiredState.RUNNING,
                null,
                g,
                true,
                false,
                createdAt,
                now,
                removedAt);
    }

    private Wish fresh(long nextRun, DesiredState nextWanted, @Nullable String nextHeldBy, Instant now) {
        long g = generation + 1;
        return new Wish(
                id,
                account,
                spec,
                g,
                revision,
                lastRevision,
                nextRun,
                nextWanted,
                nextHeldBy,
                g,
                false,
                false,
                createdAt,
                now,
                removedAt);
    }
}
