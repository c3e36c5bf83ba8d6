package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A container never ran: the image is missing or refused, the engine could not start it, or nothing more is tried. Costs nothing.
 * {@code code} is stable (such as {@code image_not_found}); {@code message} is for people. After a code that {@link #isFinal} no other
 * container of the replica follows until its workload is wished otherwise; after any other one does.
 */
public record LaunchFailed(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        long generation,
        int replica,
        String host,
        String code,
        String message,
        Instant failedAt,
        long sequence)
        implements ContainerEvent {
    /** What the image says to run cannot be started; for restarts this counts as a run that failed. */
    public static final String START_FAILED = "start_failed";

    /** A job is given up, after its attempts or after the platform could not run it for a long time. */
    public static final String JOB_FAILED = "job_failed";

    private static final Set<String> FINAL =
            Set.of("kind_not_supported", "image_invalid", "image_refused", "spec_invalid", JOB_FAILED);

    /** Whether trying again does not mend it, so that nothing follows by itself. */
    public static boolean isFinal(@Nullable String code) {
        return code != null && FINAL.contains(code);
    }

    @Override
    public String key() {
        return container.toString();
    }

    @Override
    public Instant occurredAt() {
        return failedAt;
    }
}
