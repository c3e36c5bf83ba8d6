package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.wire.Json;
import dev.berth.schema.workload.RestartPolicy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Duration;
import java.time.Instant;

/**
 * What follows the end of a replica's container: another, when and as which attempt, or nothing. Pure.
 *
 * <p>Goals: what was ended by a wish starts again at once when the wish changes its mind; what ends by itself starts again
 * with a growing delay, so that a program that cannot run costs next to nothing; what the platform lost is made good first.
 */
final class Restarts {
    /** What follows. */
    sealed interface Next {
        /** Launch now. */
        record Now(int attempt) implements Next {}

        /** Launch at a time, which is to be written down with its reason. */
        record Later(int attempt, Container.Note note) implements Next {}

        /** Nothing; the note is to be written down unless it is there. */
        record Done(Container.Note note) implements Next {}
    }

    private Restarts() {}

    /** What follows {@code last}, which is over or about to be, and of the wished revision and run. */
    static Next after(Container last, WorkloadDesired spec, RolloutRules rules, Instant now) {
        Container.Stopping stopping = last.stopping();
        if (last.state() == ContainerState.STOPPING && stopping != null) {
            return stopping.reason() == StopReason.MAX_RUNTIME || stopping.reason() == StopReason.DISK_FULL
                    ? new Next.Done(last.note())
                    : new Next.Now(1);
        }
        StopReason reason = last.life().reason();
        if (last.state() == ContainerState.FAILED) {
            return afterFailure(last, spec, rules, now);
        }
        if (reason == null
                || reason == StopReason.STOPPED
                || reason == StopReason.SUSPENDED
                || reason == StopReason.REPLACED) {
            return new Next.Now(1);
        }
        boolean clean = reason == StopReason.EXITED
                && Integer.valueOf(0).equals(last.life().exitCode());
        boolean job = spec.kind() == WorkloadKind.JOB;
        if (job && (clean || reason == StopReason.MAX_RUNTIME)) {
            return new Next.Done(last.note());
        }
        if (reason != StopReason.PLATFORM
                && (spec.restart() == RestartPolicy.NEVER || (spec.restart() == RestartPolicy.ON_FAILURE && clean))) {
            return new Next.Done(last.note());
        }
        boolean stable = last.life().ran().compareTo(rules.stable()) >= 0;
        int attempt = stable ? 1 : last.target().attempt();
        if (job && attempt >= rules.jobAttempts()) {
            return new Next.Done(new Container.Note(
                    "job_failed", "given up after %d attempts; %s".formatted(attempt, how(last)), null));
        }
        int next = stable ? 1 : attempt + 1;
        if (reason == StopReason.PLATFORM && attempt == 1) {
            return new Next.Now(next);
        }
        return later(
                last,
                next,
                reason == StopReason.DISK_FULL ? rules.mostDelay() : rules.delay(attempt, rules.mostDelay()),
                now,
                restartCode(attempt),
                at -> attempt >= RolloutRules.LOOP_FROM
                        ? "crash loop: ended %d times in a row; %s; starts again at %s"
                                .formatted(attempt, how(last), at)
                        : "%s; starts again at %s".formatted(how(last), at));
    }

    private static String restartCode(int attempt) {
        return attempt >= RolloutRules.LOOP_FROM ? "crash_loop" : "restarting";
    }

    private static Next afterFailure(Container last, WorkloadDesired spec, RolloutRules rules, Instant now) {
        String code = last.note().code() == null ? "failed" : last.note().code();
        int attempt = last.target().attempt();
        boolean given = spec.kind() == WorkloadKind.JOB && attempt >= rules.jobAttempts();
        if (RolloutRules.FINAL_CODES.contains(code) || given || spec.restart() == RestartPolicy.NEVER) {
            return new Next.Done(last.note());
        }
        String message = last.note().message();
        return later(
                last,
                attempt + 1,
                rules.delay(attempt, rules.mostLaunchDelay()),
                now,
                code,
                at -> message == null ? "starts again at " + at : message);
    }

    private static Next later(
            Container last,
            int attempt,
            Duration delay,
            Instant now,
            String code,
            java.util.function.UnaryOperator<String> message) {
        Instant at = last.note().nextStartAt();
        if (at == null) {
            Instant next = now.plus(delay);
            return new Next.Later(attempt, new Container.Note(code, message.apply(Json.text(next)), next));
        }
        return now.isBefore(at) ? new Next.Later(attempt, last.note()) : new Next.Now(attempt);
    }

    private static String how(Container last) {
        StopReason reason = last.life().reason();
        if (reason == StopReason.OOM_KILLED) {
            return "the last was ended for want of memory (%s)".formatted(last.size());
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
