package dev.berth.metering.interval;

import dev.berth.metering.egress.EgressRepository;
import dev.berth.metering.interval.Fact.Started;
import dev.berth.metering.interval.Fact.Stopped;
import dev.berth.metering.interval.Intervals.Derived;
import dev.berth.metering.inventory.Place;
import dev.berth.metering.inventory.Roster;
import dev.berth.metering.inventory.RosterRepository;
import dev.berth.metering.inventory.RosterRepository.Kept;
import dev.berth.metering.inventory.Sighting;
import dev.berth.schema.container.EgressMeasured;
import dev.berth.schema.container.Inventory;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Received;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Takes {@code berth.container}: thousands of events in a handful of statements.
 *
 * <p>Since intervals are a function of all facts and sightings, the order within a batch does not matter either: facts and inventories
 * are added first, then the intervals of every container they touch are derived twice, from what was known and from what is known
 * now, and the difference is written. Readings of egress change no interval, only what is to be told of it. Containers that an inventory lists as the one before did are not touched.
 */
public final class IntervalListener implements Inbox.Handler {
    private static final Comparator<ContainerId> BY_ID = Comparator.comparing(ContainerId::uuid);

    private final InstantSource clock;

    public IntervalListener(InstantSource clock) {
        this.clock = clock;
    }

    /** What a batch says, sorted by whom it speaks of: rows in the order of their keys are the cheapest to write. */
    private record Batch(
            Map<ContainerId, SortedMap<Long, Fact>> facts,
            Map<Place, List<Inventory>> inventories,
            Map<ContainerId, SortedMap<Instant, Long>> readings,
            Map<ContainerId, Integer> partitionOf,
            Set<Integer> partitions) {}

    /**
     * What is known of the containers in hand.
     *
     * @param before their facts without the batch
     * @param after their facts with it
     * @param places where each runs or ran
     * @param rosters what the batch's inventories changed
     * @param sightings what was kept of earlier inventories
     */
    record Known(
            Map<ContainerId, SortedMap<Long, Fact>> before,
            Map<ContainerId, SortedMap<Long, Fact>> after,
            Map<ContainerId, Place> places,
            Map<Place, Roster.Change> rosters,
            Map<ContainerId, Kept> sightings) {

        Collection<Fact> factsBefore(ContainerId container) {
            return before.getOrDefault(container, NONE).values();
        }

        Collection<Fact> factsAfter(ContainerId container) {
            return after.getOrDefault(container, NONE).values();
        }

        @Nullable
        Sighting sighting(ContainerId container) {
            Kept kept = sightings.get(container);
            return kept == null ? null : kept.sighting();
        }

        private static final SortedMap<Long, Fact> NONE = new TreeMap<>();
    }

    @Override
    public void apply(DSLContext tx, List<Received> events) {
        Batch batch = read(events);
        IntervalRepository.lock(tx, batch.partitions());
        Map<ContainerId, Instant> sent = EgressRepository.add(tx, batch.readings());
        IntervalRepository.due(tx, sent, batch.partitionOf());
        Map<Place, Roster.Change> rosters = rosters(tx, batch.inventories());
        Map<ContainerId, Place> suspects = suspects(tx, rosters);
        Set<ContainerId> touched = new TreeSet<>(BY_ID);
        touched.addAll(batch.facts().keySet());
        touched.addAll(suspects.keySet());
        write(tx, touched, addFacts(tx, touched, batch, suspects, rosters));
    }

    private Batch read(List<Received> events) {
        Instant now = clock.instant();
        Batch batch = new Batch(
                new TreeMap<>(BY_ID), new LinkedHashMap<>(), new TreeMap<>(BY_ID), new HashMap<>(), new TreeSet<>());
        for (Received received : events) {
            if (received.envelope().event() instanceof Inventory inventory) {
                Fact.possible(inventory.observedAt(), now);
                batch.partitions().add(inventory.onPartition());
                batch.inventories()
                        .computeIfAbsent(new Place(inventory.host(), inventory.onPartition()), _ -> new ArrayList<>())
                        .add(inventory);
            } else if (received.envelope().event() instanceof EgressMeasured measured) {
                batch.partitions().add(received.partition());
                batch.partitionOf().put(measured.container(), received.partition());
                batch.readings()
                        .computeIfAbsent(measured.container(), _ -> new TreeMap<>())
                        .merge(Fact.possible(measured.measuredAt(), now), measured.egressBytes(), Math::max);
            } else {
                Fact.of(received, now).ifPresent(fact -> {
                    batch.partitions().add(fact.partition());
                    batch.facts()
                            .computeIfAbsent(fact.container(), _ -> new TreeMap<>())
                            .merge(fact.sequence(), fact, Fact::merge);
                });
            }
        }
        return batch;
    }

    private static Map<Place, Roster.Change> rosters(DSLContext tx, Map<Place, List<Inventory>> inventories) {
        if (inventories.isEmpty()) {
            return Map.of();
        }
        Map<Place, Roster> before = RosterRepository.load(tx, inventories.keySet());
        Map<Place, Roster.Change> changes = new LinkedHashMap<>();
        inventories.forEach((place, of) -> changes.put(place, Roster.merge(before.get(place), of)));
        RosterRepository.write(tx, changes);
        return changes;
    }

    /** Containers of which inventories may say something new, and where. */
    private static Map<ContainerId, Place> suspects(DSLContext tx, Map<Place, Roster.Change> rosters) {
        Map<ContainerId, Place> suspects = new HashMap<>();
        rosters.forEach((place, change) -> {
            change.lastSeen().keySet().forEach(container -> suspects.put(container, place));
            change.entered().keySet().forEach(container -> suspects.put(container, place));
            Set<ContainerId> open = IntervalReader.openAt(tx, place);
            Stream.concat(
                            open.stream().filter(container -> !change.after().lists(container)),
                            change.after().alive().stream().filter(container -> !open.contains(container)))
                    .forEach(container -> suspects.put(container, place));
            Instant first = change.times().keySet().iterator().next();
            RosterRepository.missingSinceAfter(tx, place, first).forEach(container -> suspects.put(container, place));
        });
        return suspects;
    }

    private static Known addFacts(
            DSLContext tx,
            Set<ContainerId> touched,
            Batch batch,
            Map<ContainerId, Place> suspects,
            Map<Place, Roster.Change> rosters) {
        Map<ContainerId, SortedMap<Long, Fact>> before = FactRepository.load(tx, touched);
        Map<ContainerId, SortedMap<Long, Fact>> after = new HashMap<>(before);
        Map<ContainerId, Kept> sightings = RosterRepository.sightings(tx, touched);
        Map<ContainerId, Place> places = new HashMap<>(suspects);
        sightings.forEach((container, kept) -> places.put(container, kept.place()));
        List<Fact> added = new ArrayList<>();
        List<Fact> replaced = new ArrayList<>();
        batch.facts().forEach((container, facts) -> {
            SortedMap<Long, Fact> known = before.get(container);
            if (known == null) {
                added.addAll(facts.values());
                after.put(container, facts);
                return;
            }
            SortedMap<Long, Fact> all = new TreeMap<>(known);
            facts.forEach((sequence, fact) -> {
                Fact was = all.get(sequence);
                if (was == null) {
                    added.add(fact);
                    all.put(sequence, fact);
                } else if (!was.merge(fact).equals(was)) {
                    replaced.add(was.merge(fact));
                    all.put(sequence, was.merge(fact));
                }
            });
            after.put(container, all);
        });
        after.forEach((container, facts) -> facts.values().forEach(fact -> {
            switch (fact.said()) {
                case Started s -> places.put(container, new Place(s.host(), fact.partition()));
                case Stopped s -> places.putIfAbsent(container, new Place(s.host(), fact.partition()));
                case Fact.Resized _, Fact.Failed _ -> {}
            }
        }));
        FactRepository.add(tx, added);
        FactRepository.replace(tx, replaced);
        return new Known(before, after, places, rosters, sightings);
    }

    private static void write(DSLContext tx, Set<ContainerId> touched, Known known) {
        Map<ContainerId, Sighting> looked = Sightings.look(tx, known);
        Map<ContainerId, @Nullable Kept> changedSightings = new LinkedHashMap<>();
        List<IntervalChange> changes = new ArrayList<>();
        for (ContainerId container : touched) {
            Sighting was = known.sighting(container);
            Sighting is = looked.get(container);
            if (!Objects.equals(was, is)) {
                Place place = known.places().get(container);
                changedSightings.put(container, is == null || place == null ? null : new Kept(place, is));
            }
            Derived before = Intervals.of(container, known.factsBefore(container), was);
            Derived after = Intervals.of(container, known.factsAfter(container), is);
            IntervalChange.between(container, before.intervals(), after.intervals())
                    .ifPresent(changes::add);
            if (!before.findings().equals(after.findings())) {
                IntervalRepository.writeFindings(tx, before.findings(), after.findings());
            }
        }
        RosterRepository.writeSightings(tx, changedSightings);
        IntervalRepository.write(tx, changes);
    }
}
