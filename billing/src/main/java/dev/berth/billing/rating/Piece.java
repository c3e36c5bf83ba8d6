package dev.berth.billing.rating;

import dev.berth.schema.Cause;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A piece of use, or the part of it that lies in a period: one container at one size over {@code [startMs, endMs)}, in Unix
 * milliseconds. Or one volume, whose id then stands where the container's and the workload's do.
 *
 * @param intervalStart when the interval began that it was cut from
 * @param intervalEnd when that interval ended; null while it goes on, as far as this piece knows
 * @param egressBytes what left the address pool and was read in it; of its part that begins where it begins, since it is not known when in
 *     the piece they left
 * @param zeroReason why it costs nothing; null when it is billed
 * @param cause the call that the container goes back to
 */
public record Piece(
        WorkloadId workload,
        ContainerId container,
        @Nullable String engineId,
        Instant intervalStart,
        @Nullable Instant intervalEnd,
        long startMs,
        long endMs,
        int cpuMillis,
        int memoryMib,
        int volumeGib,
        long egressBytes,
        boolean billed,
        @Nullable String zeroReason,
        Cause cause) {

    /** Why a piece costs nothing, as its pieces tell; null when it is billed. */
    public static @Nullable String reason(boolean billed, @Nullable String told) {
        return billed ? null : told == null ? "not_billed" : told;
    }

    /** Whether it is of a volume. */
    public boolean isVolume() {
        return volumeGib > 0;
    }

    /** Its length. */
    public long ms() {
        return endMs - startMs;
    }

    /** What it adds to the bill: nothing when it is not billed. */
    public Quantities quantities() {
        return billed ? Quantities.of(ms(), cpuMillis, memoryMib, volumeGib).plusEgress(egressBytes) : Quantities.NONE;
    }

    /** The part of it inside a period, empty when nothing is. */
    public Optional<Piece> within(Period period) {
        long start = Math.max(startMs, period.start().toEpochMilli());
        long end = Math.min(endMs, period.end().toEpochMilli());
        return end <= start ? Optional.empty() : Optional.of(between(start, end));
    }

    private Piece between(long start, long end) {
        return new Piece(
                workload,
                container,
                engineId,
                intervalStart,
                intervalEnd,
                start,
                end,
                cpuMillis,
                memoryMib,
                volumeGib,
                start == startMs ? egressBytes : 0,
                billed,
                zeroReason,
                cause);
    }
}
