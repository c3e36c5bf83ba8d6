package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What ran on a host at {@code observedAt}, of the containers whose facts travel on one partition. The host was looked at after
 * {@code observedAt}, and every fact found by the look was written before this event: so on this partition nothing of this host that
 * happened before {@code observedAt} is still to come. A container of the host that started before it and is not listed has stopped,
 * whether its stop was seen or not; and the same holds of a volume. {@code retired} is set on the last inventory of a host that leaves.
 *
 * @param volumes null, as before there were any, for none
 */
public record Inventory(
        String host,
        int onPartition,
        Instant observedAt,
        List<Alive> containers,
        boolean retired,
        @Nullable List<VolumeKept> volumes)
        implements ContainerEvent {
    public Inventory {
        containers = List.copyOf(containers);
        volumes = volumes == null ? null : List.copyOf(volumes);
    }

    /** Of a host without volumes. */
    public Inventory(String host, int onPartition, Instant observedAt, List<Alive> containers, boolean retired) {
        this(host, onPartition, observedAt, containers, retired, null);
    }

    @Override
    public String key() {
        return host;
    }

    @Override
    public @Nullable AccountId account() {
        return null;
    }

    @Override
    public Instant occurredAt() {
        return observedAt;
    }

    @Override
    public OptionalInt partition() {
        return OptionalInt.of(onPartition);
    }
}
