package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * What follows the end of a replica's container: another, when and as which attempt, or nothing. Pure.
 *
 * <p>Goals: what was ended by a wish starts again at once when the wish changes its mind; what ends by itself starts again
 * with a growing delay, so that a program that cannot run costs next to nothing; what the platform lost is made good first.
 * Constraints: the restart policy and a job's attempts are the customer's, and only runs use them up; launches that the
 * platform failed are counted apart, and made good until a job has waited for about a day.
 */
final class Restarts {
    /** What follows. */
    sealed interface Next {
        /** Launch now. */
        record Now(int attempt, int failures) implements Next {}

        /** Launch at a time, which is to be written down with its reason. */
        record Later(Container.Note note) implements Next {}

        /** Nothing; the note is to be written down unless it is there. */
        record Done(Container.Note note) implements Next {}

        /** Nothing any more, and that is told: from the end of the last run nobody could know it. */
        record GivenUp(int attempt, int failures, Container.Note why) implements Next {}
    }

    private final Container last;
    private final RolloutRules rules;
    private final Instant now;
    private final boolean job;
    private final int jobAttempts;
    private final RestartPolicy policy;
    private final int attempt;
    private final int failures;

    private Restarts(Container last, WorkloadDesired spec, RolloutRules rules, Instant now) {
        this.last = last;
        this.rules = rules;
        this.now = now;
        this.job = spec.kind() == WorkloadKind.JOB || spec.kind() == WorkloadKind.CRON;
        this.jobAttempts = spec.retries() == null ? rules.jobAttempts() : spec.retries() + 1;
        this.policy = spec.restart();
        boolean stable = last.life().ran().compareTo(rules.stable()) >= 0;
        // A job's attempts are never forgiven: one that fails after a minute each time would be run without end.
        this.attempt = stable && !job ? 1 : last.target().attempt();
        this.failures = stable ? 0 : last.target().failures();
    }

    /** What follows {@code last}, which is over or about to be, and of the wished revision and run. */
    static Next after(Container last, WorkloadDesired spec, RolloutRules rules, Instant now) {
        Container.Stopping stopping = last.stopping();
        if (last.state() == ContainerState.STOPPING && stopping != null) {
            return stopping.reason() == StopReason.MAX_RUNTIME
                            || stopping.reason() == StopReason.DISK_FULL
                            || stopping.reason() == StopReason.UNHEALTHY
                    ? new Next.Done(last.note())
                    : new Next.Now(1, 0);
        }
        Restarts restarts = new Restarts(last, spec, rules, now);
        return last.state() == ContainerState.FAILED ? restarts.afterFailure() : restarts.afterEnd();
    }

    private Next afterEnd() {
        StopReason reason = last.life().reason();
        if (reason == null
                || reason == StopReason.STOPPED
                || reason == StopReason.SUSPENDED
                || reason == StopReason.REPLACED) {
            return new Next.Now(1, 0);
        }
        boolean clean = reason == StopReason.EXITED
                && Integer.valueOf(0).equals(last.life().exitCode());
        if (job && (clean || reason == StopReason.MAX_RUNTIME)) {
            return new Next.Done(last.note());
        }
        if (reason == StopReason.PLATFORM) {
            return failures == 0
                    ? new Next.Now(attempt, 1)
                    : afterPlatform(
                            "restarting", rules.mostDelay(), at -> "%s; starts again at %s".formatted(how(last), at));
        }
        if (policy == RestartPolicy.NEVER || (policy == RestartPolicy.ON_FAILURE && clean)) {
            return new Next.Done(last.note());
        }
        return afterRun();
    }

    private Next afterRun() {
        if (job && attempt >= jobAttempts) {
            return givenUp("given up after %d attempts; %s".formatted(attempt, how(last)));
        }
        boolean forgiven = attempt != last.target().attempt();
        boolean loops = attempt >= RolloutRules.LOOP_FROM;
        return later(
                new Next.Now(forgiven ? 1 : attempt + 1, 0),
                last.life().reason() == StopReason.DISK_FULL
                        ? rules.mostDelay()
                        : rules.delay(attempt, rules.mostDelay()),
                loops ? "crash_loop" : "restarting",
                at -> loops
                        ? "crash loop: ended %d times in a row; %s; starts again at %s"
                                .formatted(attempt, how(last), at)
                        : "%s; starts again at %s".formatted(how(last), at));
    }

    private Next afterFailure() {
        String code = last.note().code() == null ? "failed" : last.note().code();
        String message = last.note().message();
        if (LaunchFailed.isFinal(code)) {
            return new Next.Done(last.note());
        }
        UnaryOperator<String> words = at -> message == null ? "starts again at " + at : message;
        if (!code.equals(LaunchFailed.START_FAILED)) {
            return afterPlatform(code, rules.mostLaunchDelay(), words);
        }
        if (job && (policy == RestartPolicy.NEVER || attempt >= jobAttempts)) {
            return givenUp("given up after %d attempts: %s".formatted(attempt, message));
        }
        if (policy == RestartPolicy.NEVER) {
            return new Next.Done(last.note());
        }
        return later(new Next.Now(attempt + 1, 0), rules.delay(attempt, rules.mostLaunchDelay()), code, words);
    }

    /** Made good whatever the policy, ever more seldom, and for a job not for ever. */
    private Next afterPlatform(String code, Duration most, UnaryOperator<String> words) {
        int inARow = last.state() == ContainerState.FAILED ? failures + 1 : failures;
        if (job && inARow >= RolloutRules.JOB_LAUNCHES) {
            return givenUp("given up after %d launches in a row without a run; the last: %s"
                    .formatted(inARow, last.note().message()));
        }
        return later(
                new Next.Now(attempt, last.state() == ContainerState.FAILED ? inARow : inARow + 1),
                rules.delay(inARow, most),
                code,
                words);
    }

    private Next givenUp(String message) {
        return new Next.GivenUp(attempt, failures, new Container.Note(LaunchFailed.JOB_FAILED, message, null));
    }

    private Next later(Next.Now then, Duration delay, String code, UnaryOperator<String> words) {
        Instant at = last.note().nextStartAt();
        if (at == null) {
            Instant next = now.plus(delay);
            return new Next.Later(new Container.Note(code, words.apply(Json.text(next)), next));
        }
        return now.isBefore(at) ? new Next.Later(last.note()) : then;
    }

    /** How a run ended, in words. */
    static String how(Container last) {
        StopReason reason = last.life().reason();
        if (reason == StopReason.OOM_KILLED) {
            return "the last was ended for want of memory (%s)".formatted(last.size());
        }
        if (last.state() == ContainerState.FAILED) {
            return String.valueOf(last.note().message());
        }
        if (reason == StopReason.UNHEALTHY) {
            return "the last was ended: %s"
                    .formatted(
                            "unhealthy".equals(last.note().code()) ? last.note().message() : "it was not healthy");
        }
        if (reason == StopReason.DISK_FULL) {
            return "the last had written more into its own root than it may";
        }
        if (reason == StopReason.MAX_RUNTIME) {
            return "the last ran for its longest time";
        }
        if (reason == StopReason.PLATFORM) {
            return "the last was ended by somebody other than Berth";
        }
        return "the last ended with exit code %s after %s s"
                .formatted(
                        last.life().exitCode(),
                        java.math.BigDecimal.valueOf(last.life().ran().toMillis(), 3)
                                .toPlainString());
    }
}
