package dev.berth.metering.usage;

import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.metering.usage.Buckets.Part;
import dev.berth.metering.window.Quantity;
import dev.berth.metering.window.Windows;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Plans;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What an account has used up to now, running containers included. Whole hours that are told come from windows and their sums, everything
 * later and every edge from intervals; all of it from one snapshot of the database. Only billed use counts. Thread-safe.
 */
@Component
class LiveUsage {
    // By container each window counts; everything else is in the hours of workloads, however many containers ran.
    private static final String WINDOWS = """
            select u.bucket, :id as id, sum(w.container_ms), sum(w.cpu_millis_ms), sum(w.memory_mib_ms),
                   sum(w.volume_gib_ms), sum(w.egress_bytes)
            from unnest(?::integer[], ?::bigint[], ?::bigint[]) as u(bucket, from_ms, to_ms)
            join :windows w on w.account_id = ? and w.hour >= at_ms(u.from_ms) and w.hour < at_ms(u.to_ms)
            group by 1, 2
            """;

    private static final String SUMS = """
            select u.bucket, :id as id, sum(case when i.volume_gib = 0 then t.ms else 0 end), sum(t.ms::numeric * i.cpu_millis),
                   sum(t.ms::numeric * i.memory_mib), sum(t.ms::numeric * i.volume_gib),
                   sum(coalesce((select e.egress_bytes from egress_reading e
                                 where e.container_id = i.container_id and e.measured_at < t.until
                                 order by e.measured_at desc limit 1), 0)
                       - coalesce((select e.egress_bytes from egress_reading e
                                   where e.container_id = i.container_id and e.measured_at < t.since
                                   order by e.measured_at desc limit 1), 0))
            """;

    private static final String OVERLAP = """
            cross join lateral (select greatest(i.started_at, at_ms(u.from_ms)) as since,
                                       least(coalesce(i.finished_at, at_ms(u.to_ms)), at_ms(u.to_ms)) as until) s
            cross join lateral (select s.since, s.until, (extract(epoch from s.until - s.since) * 1000)::bigint as ms) t
            where i.zero_reason is null and t.ms > 0
            group by 1, 2
            """;

    // Intervals that end after the span begins are few when it began lately; an index finds them, and those that run,
    // each for itself:
    // both in one condition would let it read all that the account ever had.
    private static final String RECENT = SUMS + """
            from unnest(?::integer[], ?::bigint[], ?::bigint[]) as u(bucket, from_ms, to_ms)
            cross join (select ?::uuid as account_id) a
            cross join lateral (
                select * from usage_interval f where f.account_id = a.account_id and f.finished_at > at_ms(u.from_ms)
                union all
                select * from usage_interval r where r.account_id = a.account_id and r.finished_at is null) i
            """ + OVERLAP;

    // Long ago they are many; but the window of that hour tells which containers ran.
    private static final String LONG_AGO = SUMS + """
            from unnest(?::integer[], ?::bigint[], ?::bigint[]) as u(bucket, from_ms, to_ms)
            join usage_window w on w.account_id = ? and w.hour = date_trunc('hour', at_ms(u.from_ms), 'UTC')
            join usage_interval i on i.container_id = w.container_id and i.started_at < at_ms(u.to_ms)
            """ + OVERLAP;

    // Planning anew for each answer took twice as long as the answer.
    private static final String SNAPSHOT =
            "set transaction isolation level repeatable read, read only; " + Plans.BY_KEY;

    private final DSLContext dsl;

    LiveUsage(DSLContext dsl) {
        this.dsl = dsl;
    }

    /** Use in order of keys: ids by their text, days and hours by time. */
    record Answer(Period asked, Instant asOf, Map<String, Quantity> rows) {
        Quantity total() {
            return rows.values().stream().reduce(Quantity.NONE, Quantity::plus);
        }
    }

    /**
     * Adds up.
     *
     * @param asked from when to when; what lies beyond now has not been used
     * @param zone where days begin
     * @param asOf now, up to when running containers count
     */
    Answer read(AccountId account, Period asked, Grouping grouping, ZoneId zone, Instant asOf) {
        return dsl.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            tx.execute(SNAPSHOT);
            Instant end = asked.end().isBefore(asOf) ? asked.end() : asOf;
            if (!asked.start().isBefore(end)) {
                return new Answer(asked, asOf, Map.of());
            }
            Instant windowed =
                    PieceRepository.published(tx).map(Windows::hourOf).orElse(Instant.EPOCH);
            Buckets buckets = Buckets.of(new Period(asked.start(), end), grouping, zone, windowed);
            Map<String, Quantity> rows = new TreeMap<>();
            List<Part> longAgo = buckets.edges().stream()
                    .filter(part -> part.from().isBefore(windowed))
                    .toList();
            List<Part> recent = buckets.edges().stream()
                    .filter(part -> !part.from().isBefore(windowed))
                    .toList();
            String told = WINDOWS.replace(":windows", grouping == Grouping.CONTAINER ? "usage_window" : "usage_hour");
            add(rows, tx, told.replace(":id", id(grouping, "w")), buckets, buckets.windows(), account, grouping);
            add(rows, tx, LONG_AGO.replace(":id", id(grouping, "i")), buckets, longAgo, account, grouping);
            add(rows, tx, RECENT.replace(":id", id(grouping, "i")), buckets, recent, account, grouping);
            return new Answer(asked, asOf, rows);
        });
    }

    private static String id(Grouping grouping, String table) {
        return switch (grouping) {
            case WORKLOAD -> table + ".workload_id";
            case CONTAINER -> table + ".container_id";
            case DAY, HOUR -> "null::uuid";
        };
    }

    private static void add(
            Map<String, Quantity> rows,
            DSLContext tx,
            String sql,
            Buckets buckets,
            List<Part> parts,
            AccountId account,
            Grouping grouping) {
        if (parts.isEmpty()) {
            return;
        }
        for (Record row : tx.fetch(
                sql,
                column(parts, Integer[]::new, Part::bucket),
                column(parts, Long[]::new, part -> part.from().toEpochMilli()),
                column(parts, Long[]::new, part -> part.to().toEpochMilli()),
                account.uuid())) {
            Quantity quantity = new Quantity(
                    row.get(2, BigInteger.class),
                    row.get(3, BigInteger.class),
                    row.get(4, BigInteger.class),
                    row.get(5, BigInteger.class),
                    row.get(6, BigInteger.class));
            boolean ofVolume = quantity.volumeGibMs().signum() != 0;
            String bucket = buckets.keys().get(row.get(0, Integer.class));
            rows.merge(key(row.get(1, UUID.class), ofVolume, grouping, bucket), quantity, Quantity::plus);
        }
    }

    /** By workload or container a volume has a row of its own, under its own id. */
    private static String key(@Nullable UUID id, boolean ofVolume, Grouping grouping, String bucket) {
        if (grouping == Grouping.DAY || grouping == Grouping.HOUR) {
            return bucket;
        }
        UUID of = Objects.requireNonNull(id);
        if (ofVolume) {
            return new VolumeId(of).toString();
        }
        return (grouping == Grouping.WORKLOAD ? new WorkloadId(of) : new ContainerId(of)).toString();
    }

    private static <C> Object column(List<Part> parts, IntFunction<C[]> array, Function<Part, C> of) {
        return parts.stream().map(of).toArray(array);
    }
}
