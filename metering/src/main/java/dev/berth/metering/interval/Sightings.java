package dev.berth.metering.interval;

import dev.berth.metering.interval.Fact.Stopped;
import dev.berth.metering.interval.IntervalListener.Known;
import dev.berth.metering.inventory.Place;
import dev.berth.metering.inventory.Roster;
import dev.berth.metering.inventory.RosterRepository;
import dev.berth.metering.inventory.RosterRepository.Ask;
import dev.berth.metering.inventory.RosterRepository.Head;
import dev.berth.metering.inventory.Sighting;
import dev.berth.schema.id.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What inventories say of the containers in hand, where their own facts do not say it: that one is missing, that one is alive after
 * its stop, that one is unknown. In ordinary traffic no inventory is younger than the facts in hand, and nothing is read
 * but the time of the hosts' latest.
 */
final class Sightings {
    private final Known known;
    private final Map<Place, Roster> rosters;

    private Sightings(Known known, Map<Place, Roster> rosters) {
        this.known = known;
        this.rosters = rosters;
    }

    /** The sightings to keep of the containers in hand; those that are absent need none. */
    static Map<ContainerId, Sighting> look(DSLContext tx, Known known) {
        Map<Place, Head> heads =
                RosterRepository.heads(tx, new HashSet<>(known.places().values()));
        Map<ContainerId, Place> inDoubt = new HashMap<>();
        Map<ContainerId, Place> seenBefore = new HashMap<>();
        known.places().forEach((container, place) -> {
            Head head = heads.get(place);
            if (head == null) {
                return;
            }
            Collection<Fact> facts = known.factsAfter(container);
            if (!head.observedAt().isBefore(quietUntil(facts))) {
                inDoubt.put(container, place);
            } else if (stoppedAt(facts) == null && (head.retired() || lastProof(known, container, place) != null)) {
                seenBefore.put(container, place);
            }
        });
        Set<Place> places = new HashSet<>(inDoubt.values());
        places.addAll(seenBefore.values());
        Map<Place, Roster> rosters = RosterRepository.load(tx, places);
        Map<ContainerId, Sighting> kept = new Sightings(known, rosters).decide(tx, inDoubt);
        seenBefore.forEach((container, place) -> {
            Roster roster = Objects.requireNonNull(rosters.get(place));
            Instant proof = lastProof(known, container, place);
            proof = roster.alive().contains(container) ? later(proof, roster.observedAt()) : proof;
            if (proof != null && !roster.lists(container)) {
                kept.put(container, new Sighting(null, proof, null)); // a stop may yet come that contradicts it
            }
        });
        return kept;
    }

    /** The latest inventory but the last one that listed it. */
    private static @Nullable Instant lastProof(Known known, ContainerId container, Place place) {
        Sighting was = known.sighting(container);
        Roster.Change change = known.rosters().get(place);
        return later(
                was == null ? null : was.lastProof(),
                change == null ? null : change.lastSeen().get(container));
    }

    /** No inventory before this instant can say something of a container that its facts do not. */
    private static Instant quietUntil(Collection<Fact> facts) {
        Instant alive = Intervals.provenAlive(facts);
        if (alive != null) {
            return alive;
        }
        Instant stopped = stoppedAt(facts);
        return stopped == null ? Instant.EPOCH : stopped.plus(Intervals.CLOCK_TOLERANCE);
    }

    private static @Nullable Instant stoppedAt(Collection<Fact> facts) {
        Instant at = null;
        for (Fact fact : facts) {
            at = fact.said() instanceof Stopped stop ? stop.at() : at;
        }
        return at;
    }

    private Map<ContainerId, Sighting> decide(DSLContext tx, Map<ContainerId, Place> inDoubt) {
        Map<ContainerId, Sighting> sightings = new HashMap<>();
        List<Ask> asks = new ArrayList<>();
        inDoubt.forEach((container, place) -> {
            Collection<Fact> facts = known.factsAfter(container);
            Roster roster = Objects.requireNonNull(rosters.get(place));
            Sighting seen = seen(container, place, roster);
            Instant proof = seen.lastProof();
            Instant stopped = stoppedAt(facts);
            if (stopped != null) {
                if (proof != null && proof.isAfter(stopped.plus(Intervals.CLOCK_TOLERANCE))) {
                    sightings.put(container, new Sighting(null, proof, null));
                }
                return;
            }
            Instant started = Intervals.provenAlive(facts);
            if (started != null && roster.lists(container)) {
                return;
            }
            sightings.put(container, seen);
            Instant alive = later(started, proof);
            if (alive != null && !roster.lists(container)) {
                asks.add(new Ask(container, place, alive));
            }
        });
        Map<ContainerId, Instant> first = RosterRepository.firstInventoryAfter(tx, asks);
        for (Ask ask : asks) {
            Sighting seen = Objects.requireNonNull(sightings.get(ask.container()));
            sightings.put(
                    ask.container(),
                    new Sighting(seen.startedAt(), seen.lastProof(), missingAt(ask, first.get(ask.container()))));
        }
        return sightings;
    }

    /** When it was last seen, and when it started if only an inventory says so. */
    private Sighting seen(ContainerId container, Place place, Roster roster) {
        Sighting was = known.sighting(container);
        Roster.Change change = known.rosters().get(place);
        Instant proof = lastProof(known, container, place);
        Instant startedAt = was == null ? null : was.startedAt();
        if (change != null) {
            startedAt = startedAt == null ? change.entered().get(container) : startedAt;
        }
        if (roster.alive().contains(container)) {
            proof = later(proof, roster.observedAt());
        }
        return new Sighting(known.factsAfter(container).isEmpty() ? startedAt : null, proof, null);
    }

    /**
     * The earliest of: the first inventory after the proof whose time is still kept, what was found earlier, and the latest inventory.
     */
    private @Nullable Instant missingAt(Ask ask, @Nullable Instant first) {
        Sighting was = known.sighting(ask.container());
        Instant missingAt = first;
        if (was != null && was.missingAt() != null && !was.missingAt().isBefore(ask.proof())) {
            missingAt = sooner(missingAt, was.missingAt());
        }
        Roster roster = Objects.requireNonNull(rosters.get(ask.place()));
        if (roster.observedAt().isAfter(ask.proof())) {
            missingAt = sooner(missingAt, roster.observedAt());
        }
        return missingAt;
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null ? b : b == null || b.isBefore(a) ? a : b;
    }

    private static Instant sooner(@Nullable Instant a, Instant b) {
        return a == null || b.isBefore(a) ? b : a;
    }
}
