package dev.berth.metering.egress;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.wire.CopyRows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The table of readings; of those that say nothing more than an earlier one none is in it. */
public final class EgressRepository {
    private EgressRepository() {}

    /** What the meters of containers stood at, each from an instant on; those that sent nothing are left out. */
    public static Map<ContainerId, Egress> since(DSLContext tx, Map<ContainerId, Instant> from) {
        List<Map.Entry<ContainerId, Instant>> asked = List.copyOf(from.entrySet());
        Map<ContainerId, Long> bases = new HashMap<>();
        Map<ContainerId, NavigableMap<Instant, Long>> readings = new HashMap<>();
        for (Record row : tx.fetch("""
                select u.container_id, null::timestamptz as measured_at, b.egress_bytes
                from unnest(?::uuid[], ?::bigint[]) as u(container_id, since)
                cross join lateral (select e.egress_bytes from egress_reading e
                                    where e.container_id = u.container_id and e.measured_at < at_ms(u.since)
                                    order by e.measured_at desc limit 1) b
                union all
                select u.container_id, e.measured_at, e.egress_bytes
                from unnest(?::uuid[], ?::bigint[]) as u(container_id, since)
                join egress_reading e on e.container_id = u.container_id and e.measured_at >= at_ms(u.since)
                """, containers(asked), instants(asked), containers(asked), instants(asked))) {
            ContainerId container = new ContainerId(row.get(0, UUID.class));
            Instant at = row.get(1, Instant.class);
            long bytes = row.get(2, Long.class);
            if (at == null) {
                bases.put(container, bytes);
            } else {
                readings.computeIfAbsent(container, _ -> new TreeMap<>()).put(at, bytes);
            }
        }
        Map<ContainerId, Egress> found = new HashMap<>();
        bases.forEach((container, base) ->
                found.put(container, new Egress(base, readings.getOrDefault(container, new TreeMap<>()))));
        readings.forEach((container, of) -> found.computeIfAbsent(container, _ -> new Egress(0, of)));
        return found;
    }

    /** Adds readings; answers from when on the meters of which containers stand elsewhere now. */
    public static Map<ContainerId, Instant> add(DSLContext tx, Map<ContainerId, SortedMap<Instant, Long>> readings) {
        if (readings.isEmpty()) {
            return Map.of();
        }
        Map<ContainerId, Instant> from = new HashMap<>();
        readings.forEach((container, of) -> from.put(container, of.firstKey()));
        Map<ContainerId, Egress> before = since(tx, from);
        Map<ContainerId, Instant> changed = new HashMap<>();
        List<Map.Entry<ContainerId, Instant>> gone = new ArrayList<>();
        CopyRows added = new CopyRows("egress_reading", "container_id", "measured_at", "egress_bytes");
        readings.forEach((container, of) -> {
            Egress was = before.getOrDefault(container, Egress.NONE);
            Egress is = was.with(of);
            is.differsFrom(was).ifPresent(at -> changed.put(container, at));
            was.readings().forEach((at, bytes) -> {
                if (!bytes.equals(is.readings().get(at))) {
                    gone.add(Map.entry(container, at));
                }
            });
            is.readings().forEach((at, bytes) -> {
                if (!bytes.equals(was.readings().get(at))) {
                    added.row().uuid(container.uuid()).instant(at).int8(bytes);
                }
            });
        });
        if (!gone.isEmpty()) {
            tx.execute(
                    "delete from egress_reading e using unnest(?::uuid[], ?::bigint[]) as u(container_id, measured_at)"
                            + " where e.container_id = u.container_id and e.measured_at = at_ms(u.measured_at)",
                    containers(gone),
                    instants(gone));
        }
        added.into(tx);
        return changed;
    }

    private static Object containers(List<Map.Entry<ContainerId, Instant>> rows) {
        return rows.stream().map(row -> row.getKey().uuid()).toArray(UUID[]::new);
    }

    private static Object instants(List<Map.Entry<ContainerId, Instant>> rows) {
        return rows.stream().map(row -> row.getValue().toEpochMilli()).toArray(Long[]::new);
    }
}
