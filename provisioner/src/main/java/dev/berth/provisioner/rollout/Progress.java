package dev.berth.provisioner.rollout;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.rollout.RolloutObserved;
import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.DesiredState;
import dev.berth.schema.workload.WorkloadDesired;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a service stands to its wish, from one planning to the next.
 *
 * @param generation of the wish that was looked at
 * @param serving the last wish that was complete; null when none was so far
 * @param begunAt when the first container of the wished revision was begun; null before
 * @param waited for its owner, without {@code waitingSince}
 * @param message why it waits, or failed
 * @param updated containers of the wished revision that run
 * @param ready containers of any revision that are ready
 * @param sequence of the last fact told of it
 */
public record Progress(
        WorkloadId workload,
        AccountId account,
        long generation,
        long revision,
        long run,
        RolloutState state,
        @Nullable WorkloadDesired serving,
        @Nullable Instant begunAt,
        Duration waited,
        @Nullable Instant waitingSince,
        @Nullable String message,
        int updated,
        int ready,
        long sequence) {

    /** How a wish stands that was not looked at before, or the same as before if it is of the same revision and run. */
    static Progress of(WorkloadDesired wish, @Nullable Progress before) {
        if (before != null && before.revision == wish.revision() && before.run == wish.run()) {
            return before;
        }
        return new Progress(
                wish.workload(),
                wish.account(),
                wish.generation(),
                wish.revision(),
                wish.run(),
                RolloutState.PROGRESSING,
                before == null ? null : before.serving,
                null,
                Duration.ZERO,
                null,
                null,
                0,
                before == null ? 0 : before.ready,
                before == null ? 0 : before.sequence);
    }

    /**
     * What is to run: the wish, or what served before it if it was rolled back; then still as many and as large as wished now.
     */
    public WorkloadDesired effective(WorkloadDesired wish) {
        WorkloadDesired last = serving;
        if (state != RolloutState.ROLLED_BACK || last == null) {
            return wish;
        }
        return new WorkloadDesired(
                last.workload(),
                last.account(),
                last.name(),
                last.kind(),
                wish.generation(),
                last.revision(),
                last.run(),
                wish.state(),
                wish.heldBy(),
                last.image(),
                last.command(),
                last.args(),
                last.env(),
                wish.cpuMillis(),
                wish.memoryMib(),
                wish.replicas(),
                last.ports(),
                last.restart(),
                last.maxRuntimeSeconds(),
                last.stopGraceSeconds(),
                last.autoDestroy(),
                last.readOnlyRoot(),
                last.labels(),
                last.occurredAt(),
                last.healthCheck(),
                last.readinessCheck(),
                wish.rollout(),
                last.retries(),
                last.dependsOn(),
                last.workingDir(),
                last.user(),
                last.stopSignal(),
                last.volumes(),
                last.secrets(),
                last.files(),
                last.networks(),
                last.pullPolicy(),
                last.registryLogin(),
                last.completions(),
                wish.paused(),
                last.stdin(),
                last.tty());
    }

    /** The wish that containers of a revision and run were made for, if it is still known. */
    public @Nullable WorkloadDesired specOf(WorkloadDesired wish, long ofRevision, long ofRun) {
        if (wish.revision() == ofRevision && wish.run() == ofRun) {
            return wish;
        }
        WorkloadDesired last = serving;
        return last != null && last.revision() == ofRevision && last.run() == ofRun ? last : null;
    }

    /** Whether there is another revision to go back to. */
    boolean canGoBack() {
        return serving != null && serving.revision() != revision;
    }

    /** Whether what is to run is what served before. */
    boolean goesBack() {
        WorkloadDesired last = serving;
        return state == RolloutState.ROLLED_BACK
                || (!state.over() && last != null && last.revision() == revision && last.run() == run);
    }

    /** When the rollout has failed if it is not complete by then; null while its time does not run. */
    @Nullable
    Instant deadline(int seconds) {
        return begunAt == null || waitingSince != null
                ? null
                : begunAt.plus(waited).plusSeconds(seconds);
    }

    /** Begun now, unless it was before. */
    Progress begun(Instant now) {
        return begunAt == null ? copy(state, now, waited, waitingSince, message) : this;
    }

    /** Stopped: its time begins anew when it is started. */
    Progress idle() {
        return state.over() && state != RolloutState.FAILED ? this : copy(state, null, Duration.ZERO, null, message);
    }

    /** In a state; time in which it waits for its owner does not count against its deadline. */
    Progress in(RolloutState next, @Nullable String why, Instant now) {
        RolloutTransition.TABLE.check(state, next);
        boolean waits = next == RolloutState.AWAITING || next == RolloutState.PAUSED;
        Instant since = waitingSince;
        if (waits) {
            return copy(next, begunAt, waited, since == null ? now : since, why);
        }
        Duration more = since == null ? Duration.ZERO : Duration.between(since, now);
        return copy(next, begunAt, waited.plus(more), null, why);
    }

    /** Complete: this wish is what one goes back to. */
    Progress complete(WorkloadDesired wish, Instant now) {
        Progress done = in(RolloutState.COMPLETE, null, now);
        return new Progress(
                workload,
                account,
                generation,
                revision,
                run,
                RolloutState.COMPLETE,
                wish,
                done.begunAt,
                done.waited,
                null,
                null,
                updated,
                ready,
                sequence);
    }

    /** With what was counted while a generation was looked at. */
    Progress counted(WorkloadDesired wish, int nowUpdated, int nowReady) {
        return new Progress(
                workload,
                account,
                wish.generation(),
                revision,
                run,
                state,
                serving,
                begunAt,
                waited,
                waitingSince,
                message,
                wish.state() == DesiredState.STOPPED ? 0 : nowUpdated,
                wish.state() == DesiredState.STOPPED ? 0 : nowReady,
                sequence);
    }

    /** With the sequence of the next fact. */
    public Progress told() {
        return new Progress(
                workload,
                account,
                generation,
                revision,
                run,
                state,
                serving,
                begunAt,
                waited,
                waitingSince,
                message,
                updated,
                ready,
                sequence + 1);
    }

    /** Whether others would hear something new. */
    public boolean isNewsAfter(@Nullable Progress before) {
        return before == null
                || generation != before.generation
                || revision != before.revision
                || state != before.state
                || updated != before.updated
                || ready != before.ready
                || !Objects.equals(message, before.message)
                || !Objects.equals(servingRevision(), before.servingRevision());
    }

    /** The fact. */
    public RolloutObserved fact(Instant at) {
        return new RolloutObserved(
                workload,
                account,
                generation,
                revision,
                servingRevision(),
                state,
                updated,
                ready,
                message,
                at,
                sequence);
    }

    private @Nullable Long servingRevision() {
        return serving == null ? null : serving.revision();
    }

    private Progress copy(
            RolloutState nextState,
            @Nullable Instant nextBegun,
            Duration nextWaited,
            @Nullable Instant nextWaiting,
            @Nullable String why) {
        return new Progress(
                workload,
                account,
                generation,
                revision,
                run,
                nextState,
                serving,
                nextBegun,
                nextWaited,
                nextWaiting,
                why,
                updated,
                ready,
                sequence);
    }
}
