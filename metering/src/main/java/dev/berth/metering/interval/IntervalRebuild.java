package dev.berth.metering.interval;

import dev.berth.metering.interval.Intervals.Derived;
import dev.berth.metering.inventory.RosterRepository;
import dev.berth.schema.Topic;
import dev.berth.schema.id.ContainerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Derives stored intervals anew from facts and sightings, and mends what differs. Nothing should. */
public final class IntervalRebuild {
    private IntervalRebuild() {}

    /** Containers after one, in order of their ids, that have facts, intervals or windows. */
    public static List<ContainerId> containers(DSLContext tx, @Nullable ContainerId after, int limit) {
        UUID from = after == null ? new UUID(0, 0) : after.uuid();
        return tx.fetch("""
                        (select distinct container_id from fact where container_id > ? order by 1 limit ?)
                        union (select distinct container_id from usage_interval where container_id > ? order by 1 limit ?)
                        union (select distinct container_id from usage_window where container_id > ? order by 1 limit ?)
                        order by 1 limit ?
                        """, from, limit, from, limit, from, limit, limit)
                .map(row -> new ContainerId(row.get(0, UUID.class)));
    }

    /**
     * Mends the intervals and findings of these containers, and marks them as due where they changed. Facts wait meanwhile.
     *
     * @return the containers that differed
     */
    public static List<ContainerId> mend(DSLContext tx, Collection<ContainerId> containers) {
        IntervalRepository.lock(tx, IntStream.range(0, Topic.PARTITIONS).boxed().toList());
        Map<ContainerId, SortedMap<Long, Fact>> facts = FactRepository.load(tx, containers);
        Map<ContainerId, RosterRepository.Kept> sightings = RosterRepository.sightings(tx, containers);
        Map<ContainerId, List<Interval>> stored = IntervalReader.load(tx, containers).stream()
                .sorted(Comparator.comparing(Interval::start))
                .collect(Collectors.groupingBy(Interval::container));
        Map<ContainerId, Integer> rows = IntervalRepository.count(tx, containers);
        List<ContainerId> mended = new ArrayList<>();
        for (ContainerId container : containers) {
            RosterRepository.Kept kept = sightings.get(container);
            Derived derived = Intervals.of(
                    container,
                    facts.getOrDefault(container, new TreeMap<>()).values(),
                    kept == null ? null : kept.sighting());
            List<Interval> was = stored.getOrDefault(container, List.of());
            if (was.equals(derived.intervals()) && rows.getOrDefault(container, 0) == was.size()) {
                continue;
            }
            IntervalRepository.replace(tx, container, derived, was);
            mended.add(container);
        }
        return mended;
    }
}
