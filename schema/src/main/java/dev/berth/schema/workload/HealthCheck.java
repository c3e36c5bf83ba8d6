package dev.berth.schema.workload;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container is asked whether it works; the names and meanings are those of Docker's HEALTHCHECK. Times in seconds.
 *
 * @param path of the request, for {@code http}; null otherwise
 * @param port for {@code http} and {@code tcp}; null for {@code exec}
 * @param command for {@code exec}; empty otherwise
 * @param intervalSeconds from the end of one check to the next
 * @param timeoutSeconds after which a check counts as failed
 * @param retries how many failed checks in a row count
 * @param startPeriodSeconds after the start, in which a failed check does not count; the first that succeeds ends it
 */
public record HealthCheck(
        CheckType type,
        @Nullable String path,
        @Nullable Integer port,
        List<String> command,
        int intervalSeconds,
        int timeoutSeconds,
        int retries,
        int startPeriodSeconds) {
    /** The shortest interval. */
    public static final int MIN_INTERVAL_SECONDS = 5;

    public HealthCheck {
        command = List.copyOf(command);
    }
}
