package dev.berth.metering.usage;

import dev.berth.metering.interval.Interval;
import dev.berth.metering.inventory.Volumes;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageEvent;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageCorrected;
import dev.berth.schema.usage.VolumeUsageRecorded;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing to tell: a piece that is new, or one that became another.
 *
 * @param piece as it is now
 * @param before as it was told; null when it is new
 * @param interval it was cut from; null when it is withdrawn
 */
record Telling(
        Piece piece, @Nullable Piece before, @Nullable Interval interval) {

    /** The event. A launch that failed has no size; the event needs one, of which nothing comes, since it has no length. */
    UsageEvent event() {
        return piece.isVolume() ? ofVolume() : ofContainer();
    }

    private UsageEvent ofVolume() {
        VolumeId volume = Volumes.of(piece.container());
        Instant intervalEnd = interval == null ? null : interval.end();
        String zeroReason =
                piece.zeroReason() == null ? null : piece.zeroReason().text();
        if (before == null) {
            return new VolumeUsageRecorded(
                    piece.account(),
                    volume,
                    piece.intervalStart(),
                    intervalEnd,
                    piece.start(),
                    piece.end(),
                    piece.volumeGib(),
                    piece.zeroReason() == null,
                    zeroReason);
        }
        return new VolumeUsageCorrected(
                piece.account(),
                volume,
                piece.intervalStart(),
                intervalEnd,
                piece.start(),
                piece.end(),
                piece.volumeGib(),
                piece.zeroReason() == null,
                zeroReason,
                piece.revision(),
                reason(before));
    }

    private UsageEvent ofContainer() {
        CpuMillis cpu = new CpuMillis(Math.max(1, piece.cpuMillis()));
        MemoryMib memory = new MemoryMib(Math.max(1, piece.memoryMib()));
        String engineId = interval == null ? null : interval.engineId();
        String zeroReason =
                piece.zeroReason() == null ? null : piece.zeroReason().text();
        if (before == null) {
            return new UsageRecorded(
                    piece.account(),
                    piece.workload(),
                    piece.container(),
                    engineId,
                    piece.intervalStart(),
                    interval == null ? null : interval.end(),
                    piece.start(),
                    piece.end(),
                    cpu,
                    memory,
                    piece.zeroReason() == null,
                    zeroReason,
                    egressBytes());
        }
        return new UsageCorrected(
                piece.account(),
                piece.workload(),
                piece.container(),
                engineId,
                piece.intervalStart(),
                interval == null ? null : interval.end(),
                piece.start(),
                piece.end(),
                cpu,
                memory,
                piece.zeroReason() == null,
                zeroReason,
                piece.revision(),
                reason(before),
                egressBytes());
    }

    private @Nullable Long egressBytes() {
        return piece.egressBytes() == 0 ? null : piece.egressBytes();
    }

    private String reason(Piece was) {
        if (piece.withdrawn()) {
            return "withdrawn";
        }
        if (!Objects.equals(piece.zeroReason(), was.zeroReason())) {
            return piece.zeroReason() == null ? "proven" : piece.zeroReason().text();
        }
        if (!piece.end().equals(was.end())) {
            return "end_changed";
        }
        boolean sameSize = piece.cpuMillis() == was.cpuMillis()
                && piece.memoryMib() == was.memoryMib()
                && piece.volumeGib() == was.volumeGib();
        if (!sameSize) {
            return "size_changed";
        }
        return piece.egressBytes() == was.egressBytes() ? "interval_changed" : "egress_changed";
    }
}
