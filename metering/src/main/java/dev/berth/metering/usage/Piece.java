package dev.berth.metering.usage;

import dev.berth.metering.egress.Egress;
import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.Size;
import dev.berth.metering.interval.ZeroReason;
import dev.berth.metering.window.Quantity;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Use as it was told: one container, or one volume, at one size over {@code [start, end)} within a UTC hour. Known by (container, start).
 *
 * @param cpuMillis 0 only for a launch that failed and for a volume
 * @param volumeGib of a volume, 0 of a container
 * @param egressBytes what of the container's meter of egress was read in it
 * @param withdrawn told, and then told to be none
 * @param revision how often it was corrected
 */
record Piece(
        ContainerId container,
        AccountId account,
        WorkloadId workload,
        Instant intervalStart,
        Instant start,
        Instant end,
        int cpuMillis,
        int memoryMib,
        int volumeGib,
        long egressBytes,
        @Nullable ZeroReason zeroReason,
        boolean withdrawn,
        int revision) {

    static Piece of(Interval interval, Instant start, Instant end, Egress egress) {
        Size size = interval.size();
        return new Piece(
                interval.container(),
                interval.account(),
                interval.workload(),
                interval.start(),
                start,
                end,
                size == null ? 0 : size.cpuMillis(),
                size == null ? 0 : size.memoryMib(),
                size == null ? 0 : size.volumeGib(),
                egress.between(start, end),
                interval.zeroReason(),
                false,
                0);
    }

    /** Whether it is of a volume. */
    boolean isVolume() {
        return volumeGib > 0;
    }

    /** What it adds to the bill. */
    Quantity billed() {
        return withdrawn || zeroReason != null
                ? Quantity.NONE
                : Quantity.of(end.toEpochMilli() - start.toEpochMilli(), cpuMillis, memoryMib, volumeGib)
                        .plus(Quantity.ofEgress(BigInteger.valueOf(egressBytes)));
    }

    /** As a correction of another. */
    Piece correcting(Piece other) {
        return revised(other.revision + 1);
    }

    /** None of it was used after all. */
    Piece withdraw() {
        return new Piece(
                container,
                account,
                workload,
                intervalStart,
                start,
                start,
                cpuMillis,
                memoryMib,
                volumeGib,
                0,
                zeroReason,
                true,
                revision + 1);
    }

    /** Whether both say the same of the use. */
    boolean saysTheSameAs(Piece other) {
        return equals(other.revised(revision));
    }

    private Piece revised(int newRevision) {
        return new Piece(
                container,
                account,
                workload,
                intervalStart,
                start,
                end,
                cpuMillis,
                memoryMib,
                volumeGib,
                egressBytes,
                zeroReason,
                withdrawn,
                newRevision);
    }
}
