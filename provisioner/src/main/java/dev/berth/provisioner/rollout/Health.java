package dev.berth.provisioner.rollout;

import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one check of a container has said so far. Pure; the rules are those of Docker's HEALTHCHECK: a success makes it pass, as many
 * failures in a row as {@code retries} make it fail, and failures within the start period do not count unless it has passed before.
 * Until it has passed it is asked each second (a command each five), of which failures only one an interval counts, so that a quick program is known to
 * be ready at once and a slow one has as much time as its owner gave it.
 *
 * @param passingSince since when it passes without a break; null while it does not
 * @param failures that counted, in a row
 * @param countedAt the latest that counted
 * @param said by the latest that failed
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">Dockerfile reference, HEALTHCHECK</a>
 */
public record Health(
        Status status,
        @Nullable Instant passingSince,
        int failures,
        @Nullable Instant countedAt,
        @Nullable String said) {
    /** How often a container is asked that has not passed yet. */
    static final Duration STARTING_INTERVAL = Duration.ofSeconds(1);

    /** Nothing was asked so far. */
    public static final Health UNKNOWN = new Health(Status.STARTING, null, 0, null, null);

    /** What it comes to. */
    public enum Status {
        /** It has not passed since it started, and may still take its time. */
        STARTING,
        PASSING,
        FAILING
    }

    /** After an answer at {@code at} of a container that started at {@code startedAt}; {@code failure} is null when it is well. */
    public Health next(HealthCheck check, Instant startedAt, @Nullable String failure, Instant at) {
        if (failure == null) {
            return new Health(Status.PASSING, passingSince == null ? at : passingSince, 0, null, null);
        }
        if (status == Status.FAILING) {
            return new Health(status, null, failures, countedAt, failure);
        }
        if (status == Status.STARTING && at.isBefore(countsFrom(check, startedAt))) {
            return new Health(status, null, failures, countedAt, failure);
        }
        int inARow = failures + 1;
        Status next = inARow >= check.retries() ? Status.FAILING : status;
        return new Health(next, next == Status.PASSING ? passingSince : null, inARow, at, failure);
    }

    /** When it is asked again. */
    public Instant due(HealthCheck check, Instant asked) {
        Duration interval = Duration.ofSeconds(check.intervalSeconds());
        if (status != Status.STARTING) {
            return asked.plus(interval);
        }
        // A command costs the host a process, so it is not run more often than any check may be asked for.
        return asked.plus(
                check.type() == CheckType.EXEC
                        ? Duration.ofSeconds(HealthCheck.MIN_INTERVAL_SECONDS)
                        : STARTING_INTERVAL);
    }

    private Instant countsFrom(HealthCheck check, Instant startedAt) {
        Instant last = countedAt;
        return last == null
                ? startedAt.plusSeconds(Math.max(check.startPeriodSeconds(), check.intervalSeconds()))
                : last.plusSeconds(check.intervalSeconds());
    }

    /** Whether it passes, without a break for so long. */
    public boolean passesFor(Duration time, Instant now) {
        return passingSince != null && !now.isBefore(passingSince.plus(time));
    }
}
