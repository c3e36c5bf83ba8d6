package dev.berth.metering.interval;

import dev.berth.metering.inventory.Volumes;
import dev.berth.schema.Cause;
import dev.berth.schema.container.ContainerEvent;
import dev.berth.schema.container.ContainerPaused;
import dev.berth.schema.container.ContainerResized;
import dev.berth.schema.container.ContainerStarted;
import dev.berth.schema.container.ContainerStopped;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.LaunchFailed;
import dev.berth.schema.container.VolumeDestroyed;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeReady;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the provisioner said of one container, or of one volume ({@link Volumes}), known by (container, sequence).
 *
 * @param event which event said it; of two that contradict each other under one sequence the smaller id counts
 * @param partition on which partition of {@code berth.container} its facts travel
 * @param contested whether another event said something else under the same sequence
 */
public record Fact(
        ContainerId container,
        long sequence,
        EventId event,
        AccountId account,
        WorkloadId workload,
        int partition,
        Said said,
        Cause cause,
        boolean contested) {

    /** Before this no Docker existed: what claims to be older is a clock that was never set. */
    static final Instant EARLIEST = Instant.parse("2013-01-01T00:00:00Z");

    private static final String DESTROYED = "destroyed";

    /** How far a host's clock may run ahead before its facts are refused. */
    static final Duration MAX_AHEAD = Duration.ofDays(1);

    /** What was said. Instants are the engine's, in whole milliseconds. */
    public sealed interface Said {
        /** When it happened. */
        Instant at();
    }

    /** It runs since {@code at}. */
    public record Started(Instant at, Size size, String host, String engineId) implements Said {}

    /** It has another size from {@code at} on. */
    public record Resized(Instant at, Size size) implements Said {}

    /**
     * It ran over {@code [startedAt, at)} and had this size at the end.
     *
     * @param provenUntil up to when that is proven, where the host went down with it; null where all of it is
     */
    public record Stopped(
            Instant startedAt,
            Instant at,
            Size size,
            String host,
            String engineId,
            String reason,
            @Nullable Instant provenUntil)
            implements Said {}

    /** It never ran. */
    public record Failed(Instant at, String host, String code) implements Said {}

    /**
     * Reads an event; empty for an inventory, which is no fact of one container, for a reading of egress, which is no part of a life, and for a volume that failed and a container that was
     * paused, of which nothing that is metered changed.
     *
     * @param now the time, against which a clock that runs ahead is noticed
     * @throws IllegalArgumentException if a time cannot be true
     */
    static Optional<Fact> of(Received received, Instant now) {
        ContainerEvent event = (ContainerEvent) received.envelope().event();
        return switch (event) {
            case ContainerStarted e ->
                Optional.of(of(
                        received,
                        e.container(),
                        e.sequence(),
                        e.workload(),
                        new Started(
                                possible(e.startedAt(), now),
                                Size.of(e.cpuMillis(), e.memoryMib()),
                                e.host(),
                                e.engineId())));
            case ContainerResized e ->
                Optional.of(of(
                        received,
                        e.container(),
                        e.sequence(),
                        e.workload(),
                        new Resized(possible(e.resizedAt(), now), Size.of(e.cpuMillis(), e.memoryMib()))));
            case ContainerStopped e ->
                Optional.of(of(
                        received,
                        e.container(),
                        e.sequence(),
                        e.workload(),
                        new Stopped(
                                possible(e.startedAt(), now),
                                possible(e.finishedAt(), now),
                                Size.of(e.cpuMillis(), e.memoryMib()),
                                e.host(),
                                e.engineId(),
                                e.reason().text(),
                                e.provenUntil() == null ? null : possible(e.provenUntil(), now))));
            case LaunchFailed e ->
                Optional.of(of(
                        received,
                        e.container(),
                        e.sequence(),
                        e.workload(),
                        new Failed(possible(e.failedAt(), now), e.host(), e.code())));
            case VolumeReady e -> Optional.of(of(received, e.volume(), e.sequence(), ready(e, now)));
            case VolumeDestroyed e ->
                Optional.of(of(
                        received,
                        e.volume(),
                        e.sequence(),
                        new Stopped(
                                possible(e.createdAt(), now),
                                possible(e.destroyedAt(), now),
                                Size.ofVolume(e.meteredGib()),
                                e.host(),
                                e.driver(),
                                DESTROYED,
                                null)));
            case ContainerPaused _, EgressMeasured _, Inventory _, VolumeFailed _ -> Optional.empty();
        };
    }

    /** A volume's first fact says when its use began, a later one from when on it has a size. */
    private static Said ready(VolumeReady e, Instant now) {
        Instant at = possible(e.changedAt(), now);
        Size size = Size.ofVolume(e.meteredGib());
        return e.sequence() == 1 ? new Started(at, size, e.host(), e.driver()) : new Resized(at, size);
    }

    private static Fact of(Received received, VolumeId volume, long sequence, Said said) {
        return of(received, Volumes.asContainer(volume), sequence, Volumes.asWorkload(volume), said);
    }

    private static Fact of(Received received, ContainerId container, long sequence, WorkloadId workload, Said said) {
        AccountId account = received.envelope().event().account();
        if (account == null) {
            throw new IllegalArgumentException("a fact of %s without an account".formatted(container));
        }
        if (sequence < 1) {
            throw new IllegalArgumentException("facts are counted from 1, not %d".formatted(sequence));
        }
        return new Fact(
                container,
                sequence,
                received.envelope().id(),
                account,
                workload,
                received.partition(),
                said,
                received.envelope().cause(),
                false);
    }

    /** An instant that can be true, cut to milliseconds. */
    static Instant possible(Instant at, Instant now) {
        if (at.isBefore(EARLIEST) || at.isAfter(now.plus(MAX_AHEAD))) {
            throw new IllegalArgumentException(
                    "%s cannot be when a container ran: it is before %s or more than %s ahead of %s"
                            .formatted(at, EARLIEST, MAX_AHEAD, now));
        }
        return Instant.ofEpochMilli(at.toEpochMilli());
    }

    /** Which of two facts under one sequence counts; the same whichever came first. */
    Fact merge(Fact other) {
        boolean differ = contested
                || other.contested
                || !said.equals(other.said)
                || !account.equals(other.account)
                || !workload.equals(other.workload);
        Fact winner = event.uuid().compareTo(other.event.uuid()) <= 0 ? this : other;
        return winner.contested == differ
                ? winner
                : new Fact(
                        winner.container,
                        winner.sequence,
                        winner.event,
                        winner.account,
                        winner.workload,
                        winner.partition,
                        winner.said,
                        winner.cause,
                        differ);
    }
}
