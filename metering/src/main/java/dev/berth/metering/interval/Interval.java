package dev.berth.metering.interval;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One container, or one volume, at one size over {@code [start, end)}, known by (container, start). Open while {@code end} is null. A failed launch is
 * an interval of no length and no size.
 *
 * @param engineId the container's id on its engine, where it got that far
 * @param size null only for a launch that failed
 * @param zeroReason why it is not billed; null when it is
 * @param sequence of the fact that began it
 * @param cause of that fact
 */
public record Interval(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        int partition,
        String host,
        @Nullable String engineId,
        Instant start,
        @Nullable Instant end,
        @Nullable Size size,
        @Nullable ZeroReason zeroReason,
        long sequence,
        Cause cause) {

    public Interval {
        if (end != null && end.isBefore(start)) {
            throw new IllegalArgumentException(
                    "an interval that ends (%s) before it starts (%s)".formatted(end, start));
        }
    }

    /** Whether it counts. */
    public boolean billed() {
        return zeroReason == null;
    }

    /** Whether it is of a volume. */
    public boolean isVolume() {
        return size != null && size.isVolume();
    }

    /** Whether it still runs as far as is known. */
    public boolean open() {
        return end == null;
    }

    /** Its length in ms; up to {@code asOf} while it is open. */
    public long ms(Instant asOf) {
        Instant until = end != null ? end : asOf.isBefore(start) ? start : asOf;
        return until.toEpochMilli() - start.toEpochMilli();
    }

    Interval withEnd(@Nullable Instant newEnd) {
        return new Interval(
                container,
                account,
                workload,
                partition,
                host,
                engineId,
                start,
                newEnd,
                size,
                zeroReason,
                sequence,
                cause);
    }
}
