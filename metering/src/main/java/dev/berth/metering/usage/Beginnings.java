package dev.berth.metering.usage;

import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.Size;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.usage.UsageBegun;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * What is to be told of an interval that goes on and of which no piece is told yet, so that who adds up what runs need not wait for the
 * next watermark. Of volumes nothing: they change seldom, and cost by the hour. Pure.
 */
final class Beginnings {
    private Beginnings() {}

    /**
     * The beginning of a container's open interval.
     *
     * @param told pieces of it that start at or after {@code from}
     * @param planned what is told of it now
     * @param from nothing before it changed, and everything before it is told
     */
    static Optional<Outbox.Draft> of(
            Collection<Interval> intervals, Collection<Piece> told, Collection<Telling> planned, Instant from) {
        return intervals.stream()
                .filter(interval -> interval.end() == null && interval.zeroReason() == null)
                .filter(interval -> !interval.start().isBefore(from))
                .filter(interval -> told.stream().noneMatch(piece -> isOf(piece, interval))
                        && planned.stream().noneMatch(telling -> isOf(telling.piece(), interval)))
                .findFirst()
                .flatMap(Beginnings::draft);
    }

    private static boolean isOf(Piece piece, Interval interval) {
        return !piece.withdrawn() && piece.intervalStart().equals(interval.start());
    }

    private static Optional<Outbox.Draft> draft(Interval interval) {
        Size size = interval.size();
        if (size == null || size.volumeGib() > 0) {
            return Optional.empty();
        }
        return Optional.of(new Outbox.Draft(
                new UsageBegun(
                        interval.account(),
                        interval.workload(),
                        interval.container(),
                        interval.start(),
                        new CpuMillis(Math.max(1, size.cpuMillis())),
                        new MemoryMib(Math.max(1, size.memoryMib()))),
                interval.cause()));
    }
}
