package dev.berth.provisioner.egress;

import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The meter of one container, as it is written down. Pure.
 *
 * <p>Goals: every byte once; counters that begin at zero again lose at most what was not read before, and double nothing. Algorithm: a
 * counter has counted what it stands at above what it stood at, or, if it is another one or stands lower, all that it stands at.
 *
 * <p>Example: read at 100, then at 250: 150 more. The host starts anew; read at 40: 40 more, 190 in all.
 *
 * @param counters one for each address of the container
 * @param egressBytes counted since its start
 * @param toldBytes of the last event
 * @param toldAt what that event calls the time of the reading; null before the first
 */
public record Meter(
        ContainerId container,
        List<Counter> counters,
        long egressBytes,
        long toldBytes,
        @Nullable Instant toldAt) {
    /**
     * The counter of an address, as it was read last.
     *
     * @param epoch of the counters that were read; null before
     * @param bytes what it stood at
     */
    public record Counter(
            String network, String address, @Nullable String epoch, long bytes) {
        private Counter read(EgressCounters.Counted counted) {
            return new Counter(
                    network, address, counted.epoch(), counted.bytes().getOrDefault(address, 0L));
        }

        /** What it counted since it was this one. */
        private long since(Counter before) {
            boolean anew = !java.util.Objects.equals(epoch, before.epoch) || bytes < before.bytes;
            return anew ? bytes : bytes - before.bytes;
        }
    }

    public Meter {
        counters = List.copyOf(counters);
    }

    /** As it stands when the counters stand so. */
    public Meter read(EgressCounters.Counted counted) {
        List<Counter> now =
                counters.stream().map(counter -> counter.read(counted)).toList();
        long bytes = egressBytes;
        for (int i = 0; i < now.size(); i++) {
            bytes = Math.addExact(bytes, now.get(i).since(counters.get(i)));
        }
        return new Meter(container, now, bytes, toldBytes, toldAt);
    }

    /** As it was told at an instant. */
    public Meter told(Instant at) {
        return new Meter(container, counters, egressBytes, egressBytes, at);
    }

    /** When a running container's reading is to be told: now, if there is something new in it. */
    public Optional<Instant> running(Instant startedAt, Instant now) {
        return egressBytes == toldBytes ? Optional.empty() : Optional.of(later(startedAt, now));
    }

    /**
     * When the last reading of a container is to be told: in its last millisecond, so that it lies within its life. Told again if an earlier
     * reading was said to be of later than that, since it was taken after an end that nobody had seen.
     */
    public Optional<Instant> ended(Instant startedAt, @Nullable Instant finishedAt, Instant now) {
        Instant at = later(startedAt, finishedAt == null ? now : finishedAt.minusMillis(1));
        boolean known = egressBytes == toldBytes && (toldAt == null || !toldAt.isAfter(at));
        return known ? Optional.empty() : Optional.of(at);
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
