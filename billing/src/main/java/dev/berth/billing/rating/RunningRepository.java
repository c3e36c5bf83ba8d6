package dev.berth.billing.rating;

import static dev.berth.schema.db.billing.Tables.USAGE_PARTITION;

import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads what runs now and which pieces are new, of many accounts with one query each. What runs is believed only as far as it was
 * proven: whoever runs at a watermark is told up to it before, so that what is told less far has ended, although its last piece did not
 * say so. Thread-safe.
 */
@Component
public final class RunningRepository {
    private static final String GOING = """
            select a.nr, r.workload_id,
                   sum(case when r.volume_gib = 0 then t.ms else 0 end), sum(t.ms::numeric * r.cpu_millis),
                   sum(t.ms::numeric * r.memory_mib), sum(t.ms::numeric * r.volume_gib),
                   count(*) filter (where r.volume_gib = 0), sum(r.cpu_millis), sum(r.memory_mib), sum(r.volume_gib)
            from unnest(?::integer[], ?::uuid[], ?::bigint[], ?::bigint[]) as a(nr, account_id, from_ms, to_ms)
            join running_use r on r.account_id = a.account_id
            left join usage_partition p on p.partition = r.partition
            cross join lateral (select greatest(0, a.to_ms - greatest(r.told_ms, a.from_ms)) as ms) t
            where r.told_ms >= coalesce((extract(epoch from p.watermark) * 1000)::bigint, 0) and r.interval_start < a.to_ms
            group by 1, 2
            """;

    private static final String TOLD = """
            with late as (
                select distinct a.nr, a.taken, p.container_id, p.start_ms
                from unnest(?::integer[], ?::uuid[], ?::bigint[]) as a(nr, account_id, taken)
                join usage_piece p on p.account_id = a.account_id and p.ingested > a.taken)
            select l.nr, p.workload_id, p.start_ms, p.end_ms, p.cpu_millis, p.memory_mib, p.volume_gib, p.egress_bytes, p.billed,
                   p.ingested <= l.taken, p.container_id
            from late l
            join usage_piece p on p.container_id = l.container_id and p.start_ms = l.start_ms
            order by l.nr, p.container_id, p.start_ms, p.revision
            """;

    /** One stretch of an account's time. */
    public record Span(AccountId account, Period period) {}

    /** One of which pieces are known, and up to which number of its partition. */
    public record Since(Span span, long taken) {}

    /** What came to a workload in a span, of either sign. */
    public record Delta(Span span, WorkloadId workload, Quantities more) {}

    /** What a workload has used that no piece tells yet, and what it uses in a millisecond. */
    public record Going(Quantities untold, Quantities perMs) {}

    /** How many pieces were taken from each partition. */
    public Map<Integer, Long> ingested(DSLContext dsl) {
        return dsl.selectFrom(USAGE_PARTITION).fetchMap(USAGE_PARTITION.PARTITION, USAGE_PARTITION.INGESTED);
    }

    /** The partition that tells of an account. */
    public static int partitionOf(AccountId account) {
        return Topic.partitionOf(account.toString());
    }

    /** What runs, counted in each span up to its end or what time it is for the account, whichever is first; by workload, a volume under its own id. */
    public Map<Span, Map<WorkloadId, Going>> going(DSLContext dsl, List<Span> spans, Function<Span, Instant> now) {
        Map<Span, Map<WorkloadId, Going>> going = new HashMap<>();
        if (spans.isEmpty()) {
            return going;
        }
        for (Record row : dsl.fetch(
                GOING,
                numbers(spans),
                column(spans, UUID[]::new, span -> span.account().uuid()),
                column(spans, Long[]::new, span -> span.period().start().toEpochMilli()),
                column(
                        spans,
                        Long[]::new,
                        span -> Math.min(
                                now.apply(span).toEpochMilli(),
                                span.period().end().toEpochMilli())))) {
            Span span = spans.get(row.get(0, Integer.class));
            boolean over = !now.apply(span).isBefore(span.period().end());
            going.computeIfAbsent(span, _ -> new HashMap<>())
                    .put(
                            new WorkloadId(row.get(1, UUID.class)),
                            new Going(quantities(row, 2), over ? Quantities.NONE : quantities(row, 6)));
        }
        return going;
    }

    /** What the pieces add that were taken since. */
    public List<Delta> toldSince(DSLContext dsl, List<Since> since) {
        List<Delta> deltas = new ArrayList<>();
        if (since.isEmpty()) {
            return deltas;
        }
        Versions versions = new Versions(since, deltas);
        for (Record row : dsl.fetch(
                TOLD,
                numbers(since),
                column(since, UUID[]::new, one -> one.span().account().uuid()),
                column(since, Long[]::new, Since::taken))) {
            versions.add(row);
        }
        versions.end();
        return deltas;
    }

    /** The versions of one piece after the other: the last that was known is taken back, the last of all is added. */
    private static final class Versions {
        private final List<Since> since;
        private final List<Delta> deltas;
        private @Nullable Record known;
        private @Nullable Record last;

        Versions(List<Since> since, List<Delta> deltas) {
            this.since = since;
            this.deltas = deltas;
        }

        void add(Record row) {
            Record before = last;
            if (before != null
                    && !(before.get(0).equals(row.get(0))
                            && before.get(10).equals(row.get(10))
                            && before.get(2).equals(row.get(2)))) {
                end();
            }
            if (row.get(9, Boolean.class)) {
                known = row;
            }
            last = row;
        }

        void end() {
            Record was = known;
            Record is = last;
            if (is != null && !is.equals(was)) {
                delta(is, false);
                if (was != null) {
                    delta(was, true);
                }
            }
            known = null;
            last = null;
        }

        private void delta(Record row, boolean back) {
            Span span = since.get(row.get(0, Integer.class)).span();
            long start = row.get(2, Long.class);
            long from = Math.max(start, span.period().start().toEpochMilli());
            long to = Math.min(row.get(3, Long.class), span.period().end().toEpochMilli());
            if (to <= from || !row.get(8, Boolean.class)) {
                return;
            }
            Quantities amount = Quantities.of(
                            to - from, row.get(4, Integer.class), row.get(5, Integer.class), row.get(6, Integer.class))
                    .plusEgress(from == start ? row.get(7, Long.class) : 0);
            deltas.add(new Delta(span, new WorkloadId(row.get(1, UUID.class)), back ? amount.negate() : amount));
        }
    }

    private static Quantities quantities(Record row, int from) {
        return new Quantities(
                whole(row, from), whole(row, from + 1), whole(row, from + 2), whole(row, from + 3), BigInteger.ZERO);
    }

    private static BigInteger whole(Record row, int column) {
        return Objects.requireNonNull(row.get(column, BigDecimal.class)).toBigIntegerExact();
    }

    private static Integer[] numbers(Collection<?> rows) {
        Integer[] numbers = new Integer[rows.size()];
        java.util.Arrays.setAll(numbers, i -> i);
        return numbers;
    }

    private static <R, C> C[] column(List<R> rows, IntFunction<C[]> array, Function<R, C> of) {
        return rows.stream().map(of).toArray(array);
    }
}
