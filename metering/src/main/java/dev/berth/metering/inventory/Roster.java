package dev.berth.metering.inventory;

import dev.berth.schema.container.Alive;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The latest inventory of a host on a partition. Keeping only the latest, and the times of those before, is enough to know of each
 * container when it was last seen: while it is on the roster that is {@code observedAt}, and when it leaves it is written down.
 *
 * @param retired whether it was the host's last
 */
public record Roster(Instant observedAt, boolean retired, Set<ContainerId> alive) {

    /**
     * What inventories change.
     *
     * @param after the roster after them
     * @param lastSeen of each container that an inventory listed and the roster after does not
     * @param entered those that the roster before did not list, with their start as the inventory says
     * @param times when the host was looked at, and whether for the last time
     */
    public record Change(
            Roster after,
            Map<ContainerId, Instant> lastSeen,
            Map<ContainerId, Instant> entered,
            Map<Instant, Boolean> times) {}

    public Roster {
        alive = Set.copyOf(alive);
    }

    /** Whether it lists the container and says that it goes on: after a host's last inventory nothing does. */
    public boolean lists(ContainerId container) {
        return !retired && alive.contains(container);
    }

    /**
     * Adds inventories of one host on one partition, in any order. Two of the same instant count as one that lists what either lists.
     */
    public static Change merge(@Nullable Roster before, Collection<Inventory> inventories) {
        TreeMap<Instant, Roster> byTime = new TreeMap<>();
        Map<ContainerId, Instant> entered = new LinkedHashMap<>();
        Map<Instant, Boolean> times = new TreeMap<>();
        if (before != null) {
            byTime.put(before.observedAt, before);
        }
        for (Inventory inventory : inventories) {
            Instant at = Instant.ofEpochMilli(inventory.observedAt().toEpochMilli());
            Set<ContainerId> alive = new HashSet<>();
            for (Alive listed : listed(inventory)) {
                alive.add(listed.container());
                if (before == null || !before.lists(listed.container())) {
                    entered.putIfAbsent(
                            listed.container(),
                            Instant.ofEpochMilli(listed.startedAt().toEpochMilli()));
                }
            }
            byTime.merge(at, new Roster(at, inventory.retired(), alive), Roster::union);
            times.merge(at, inventory.retired(), Boolean::logicalOr);
        }
        Roster after = byTime.lastEntry().getValue();
        Map<ContainerId, Instant> lastSeen = new HashMap<>();
        for (Roster roster : byTime.values()) {
            for (ContainerId container : roster.alive) {
                if (!after.lists(container)) {
                    lastSeen.put(container, roster.observedAt);
                }
            }
        }
        return new Change(after, lastSeen, entered, times);
    }

    /** Its containers, and its volumes among them. */
    private static List<Alive> listed(Inventory inventory) {
        List<Alive> listed = new ArrayList<>(inventory.containers());
        for (VolumeKept kept : Objects.requireNonNullElse(inventory.volumes(), List.<VolumeKept>of())) {
            listed.add(new Alive(Volumes.asContainer(kept.volume()), kept.createdAt()));
        }
        return listed;
    }

    private Roster union(Roster other) {
        Set<ContainerId> both = new HashSet<>(alive);
        both.addAll(other.alive);
        return new Roster(observedAt, retired || other.retired, both);
    }
}
