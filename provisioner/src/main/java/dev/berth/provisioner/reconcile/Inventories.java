package dev.berth.provisioner.reconcile;

import static java.util.stream.Collectors.groupingBy;

import dev.berth.provisioner.placement.HostRepository;
import dev.berth.schema.Cause;
import dev.berth.schema.Topic;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.VolumeKept;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes inventories: for each partition what ran on a host, and which volumes were there, at an instant, after every fact that is older.
 *
 * <p>The instant is the host's time before the look, less a margin: the engine hears of an exit from its supervisor a moment after
 * the exit's own time. It is never after the oldest stamp that is not committed yet (see {@link HostClock}). All partitions are
 * written in one transaction, after the facts of the look. Thread-safe.
 */
final class Inventories {
    /** How long the engine may take to learn of an exit. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    private static final Duration AT_MOST = Duration.ofMinutes(1);

    private final Tenure tenure;
    private final HostRepository hosts;
    private final HostClock clock;
    private final Duration interval;
    private volatile @Nullable Instant writtenAt;

    Inventories(Tenure tenure, Rooms rooms, HostClock clock, Duration interval) {
        if (interval.isNegative() || interval.isZero() || interval.compareTo(AT_MOST) > 0) {
            throw new IllegalArgumentException(
                    "BERTH_INVENTORY_INTERVAL is more than 0 and at most 60s, not %s".formatted(interval));
        }
        this.tenure = tenure;
        this.hosts = rooms.hosts();
        this.clock = clock;
        this.interval = interval;
    }

    /** Whether one is due. */
    boolean due() {
        Instant last = writtenAt;
        return last == null || !clock.instant().isBefore(last.plus(interval));
    }

    /** The instant that an inventory may speak of, when the look begins now. */
    Instant observedAt(Instant hostTime) {
        return clock.settledBefore(hostTime.minus(MARGIN));
    }

    /** Writes one for each partition, unless a later one is written already. */
    void write(String host, Instant observedAt, List<Alive> alive, List<VolumeKept> kept) {
        tenure.write(tx -> {
            Instant last = hosts.lastInventory(tx.dsl(), host).orElse(Instant.MIN);
            if (!observedAt.isAfter(last)) {
                return false;
            }
            Cause cause = Cause.platform(tx.now());
            for (Inventory inventory : cut(host, observedAt, alive, kept)) {
                tx.tell(inventory, cause);
            }
            hosts.inventoried(tx.dsl(), host, observedAt);
            return true;
        });
        writtenAt = clock.instant();
    }

    /** One inventory a partition; each container and each volume is in that of its own facts. */
    static List<Inventory> cut(String host, Instant observedAt, List<Alive> alive, List<VolumeKept> kept) {
        Map<Integer, List<Alive>> containers = alive.stream()
                .collect(groupingBy(one -> Topic.partitionOf(one.container().toString())));
        Map<Integer, List<VolumeKept>> volumes = kept.stream()
                .collect(groupingBy(one -> Topic.partitionOf(one.volume().toString())));
        List<Inventory> inventories = new ArrayList<>();
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            inventories.add(new Inventory(
                    host,
                    partition,
                    observedAt,
                    containers.getOrDefault(partition, List.of()),
                    false,
                    volumes.getOrDefault(partition, List.of())));
        }
        return inventories;
    }
}
