package dev.berth.metering.inventory;

import static dev.berth.schema.db.metering.Tables.HOST_INVENTORY;
import static dev.berth.schema.db.metering.Tables.SIGHTING;

import dev.berth.schema.id.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The tables of inventories and sightings. */
public final class RosterRepository {
    /** How long the times of inventories are kept, counted back from the host's latest. */
    static final Duration TIMES_KEPT = Duration.ofDays(1);

    /** When a host was last looked at, without what was found. */
    public record Head(Instant observedAt, boolean retired) {}

    /** Of which container the first inventory after which proof of life is asked. */
    public record Ask(ContainerId container, Place place, Instant proof) {}

    /** A sighting, and where it was made. */
    public record Kept(Place place, Sighting sighting) {}

    private RosterRepository() {}

    /** The rosters of these places; absent where there was no inventory yet. */
    public static Map<Place, Roster> load(DSLContext tx, Collection<Place> places) {
        Map<Place, Roster> rosters = new HashMap<>();
        if (places.isEmpty()) {
            return rosters;
        }
        tx.selectFrom(HOST_INVENTORY)
                .where(
                        "(host, partition) in (select * from unnest(?::text[], ?::integer[]))",
                        hosts(places),
                        partitions(places))
                .fetch()
                .forEach(row -> rosters.put(
                        new Place(row.getHost(), row.getPartition()),
                        new Roster(
                                row.getObservedAt(),
                                row.getRetired(),
                                Arrays.stream(row.getAlive())
                                        .map(ContainerId::new)
                                        .collect(Collectors.toCollection(HashSet::new)))));
        return rosters;
    }

    /** When hosts were last looked at, on any of these partitions. */
    public static Map<Place, Head> heads(DSLContext tx, Collection<Place> places) {
        Map<Place, Head> heads = new HashMap<>();
        if (places.isEmpty()) {
            return heads;
        }
        tx.select(HOST_INVENTORY.HOST, HOST_INVENTORY.PARTITION, HOST_INVENTORY.OBSERVED_AT, HOST_INVENTORY.RETIRED)
                .from(HOST_INVENTORY)
                .where(
                        "(host, partition) in (select * from unnest(?::text[], ?::integer[]))",
                        hosts(places),
                        partitions(places))
                .fetch()
                .forEach(row -> heads.put(new Place(row.value1(), row.value2()), new Head(row.value3(), row.value4())));
        return heads;
    }

    /** Writes rosters and the times of their inventories, and forgets times older than {@link #TIMES_KEPT}. */
    public static void write(DSLContext tx, Map<Place, Roster.Change> changes) {
        changes.forEach((place, change) -> {
            Roster after = change.after();
            UUID[] alive =
                    after.alive().stream().map(ContainerId::uuid).sorted().toArray(UUID[]::new);
            tx.execute("""
                    insert into host_inventory (host, partition, observed_at, retired, alive)
                    values (?, ?, at_ms(?), ?, ?::uuid[])
                    on conflict (host, partition) do update
                    set observed_at = excluded.observed_at, retired = excluded.retired, alive = excluded.alive
                    """, place.host(), place.partition(), after.observedAt().toEpochMilli(), after.retired(), alive);
            tx.execute(
                    """
                    insert into inventory_time (host, partition, observed_at, retired)
                    select ?, ?, at_ms(u.at), u.retired from unnest(?::bigint[], ?::boolean[]) as u(at, retired)
                    on conflict (host, partition, observed_at) do update set retired = inventory_time.retired or excluded.retired
                    """,
                    place.host(),
                    place.partition(),
                    change.times().keySet().stream().map(Instant::toEpochMilli).toArray(Long[]::new),
                    change.times().values().toArray(Boolean[]::new));
            tx.execute(
                    "delete from inventory_time where host = ? and partition = ? and observed_at < at_ms(?)",
                    place.host(),
                    place.partition(),
                    after.observedAt().minus(TIMES_KEPT).toEpochMilli());
        });
    }

    /** Containers that are believed missing since after an instant: an inventory of that instant may know better. */
    public static Set<ContainerId> missingSinceAfter(DSLContext tx, Place place, Instant instant) {
        return containers(
                tx,
                "select container_id from sighting where host = ? and partition = ? and missing_at >= at_ms(?)",
                place.host(),
                place.partition(),
                instant.toEpochMilli());
    }

    private static Set<ContainerId> containers(DSLContext tx, String sql, Object... values) {
        return tx.fetch(sql, values).stream()
                .map(row -> new ContainerId(row.get(0, UUID.class)))
                .collect(Collectors.toSet());
    }

    /** The first inventory of each place after a proof of life, or at the proof where the host retired then. */
    public static Map<ContainerId, Instant> firstInventoryAfter(DSLContext tx, List<Ask> asks) {
        Map<ContainerId, Instant> first = new HashMap<>();
        if (asks.isEmpty()) {
            return first;
        }
        for (Record row : tx.fetch(
                """
                select u.container_id, (extract(epoch from f.observed_at) * 1000)::bigint
                from unnest(?::uuid[], ?::text[], ?::integer[], ?::bigint[]) as u(container_id, host, partition, proof),
                     lateral (select t.observed_at from inventory_time t
                              where t.host = u.host and t.partition = u.partition and t.observed_at >= at_ms(u.proof)
                                and (t.retired or t.observed_at > at_ms(u.proof))
                              order by t.observed_at limit 1) f
                """,
                asks.stream().map(ask -> ask.container().uuid()).toArray(UUID[]::new),
                asks.stream().map(ask -> ask.place().host()).toArray(String[]::new),
                asks.stream().map(ask -> ask.place().partition()).toArray(Integer[]::new),
                asks.stream().map(ask -> ask.proof().toEpochMilli()).toArray(Long[]::new))) {
            first.put(new ContainerId(row.get(0, UUID.class)), Instant.ofEpochMilli(row.get(1, Long.class)));
        }
        return first;
    }

    /** The sightings of these containers that are kept. */
    public static Map<ContainerId, Kept> sightings(DSLContext tx, Collection<ContainerId> containers) {
        Map<ContainerId, Kept> sightings = new HashMap<>();
        tx.selectFrom(SIGHTING)
                .where("container_id = any(?::uuid[])", (Object)
                        containers.stream().map(ContainerId::uuid).toArray(UUID[]::new))
                .fetch()
                .forEach(row -> sightings.put(
                        row.getContainerId(),
                        new Kept(
                                new Place(row.getHost(), row.getPartition()),
                                new Sighting(row.getStartedAt(), row.getLastProof(), row.getMissingAt()))));
        return sightings;
    }

    /** Replaces sightings; null removes one. Rare, so one statement each. */
    public static void writeSightings(DSLContext tx, Map<ContainerId, @Nullable Kept> changed) {
        List<ContainerId> gone = new ArrayList<>();
        changed.forEach((container, kept) -> {
            if (kept == null) {
                gone.add(container);
                return;
            }
            tx.insertInto(SIGHTING)
                    .set(SIGHTING.CONTAINER_ID, container)
                    .set(SIGHTING.HOST, kept.place().host())
                    .set(SIGHTING.PARTITION, kept.place().partition())
                    .set(SIGHTING.STARTED_AT, kept.sighting().startedAt())
                    .set(SIGHTING.LAST_PROOF, kept.sighting().lastProof())
                    .set(SIGHTING.MISSING_AT, kept.sighting().missingAt())
                    .onConflict(SIGHTING.CONTAINER_ID)
                    .doUpdate()
                    .setAllToExcluded()
                    .execute();
        });
        if (!gone.isEmpty()) {
            tx.deleteFrom(SIGHTING).where(SIGHTING.CONTAINER_ID.in(gone)).execute();
        }
    }

    private static Object hosts(Collection<Place> places) {
        return places.stream().map(Place::host).toArray(String[]::new);
    }

    private static Object partitions(Collection<Place> places) {
        return places.stream().map(Place::partition).toArray(Integer[]::new);
    }
}
