package dev.berth.metering.interval;

import static dev.berth.schema.db.metering.Tables.FACT;

import dev.berth.metering.interval.Fact.Failed;
import dev.berth.metering.interval.Fact.Resized;
import dev.berth.metering.interval.Fact.Said;
import dev.berth.metering.interval.Fact.Started;
import dev.berth.metering.interval.Fact.Stopped;
import dev.berth.schema.Cause;
import dev.berth.schema.db.metering.tables.records.FactRecord;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The table of facts. Statements take arrays: one of each kind a batch, however many facts. */
final class FactRepository {
    private static final String INSERT = """
            insert into fact (container_id, sequence, kind, event_id, account_id, workload_id, partition, at, began_at, proven_until,
                              cpu_millis, memory_mib, host, engine_id, code, operation, actor, caused_at, traceparent, contested)
            select u.container_id, u.sequence, u.kind, u.event_id, u.account_id, u.workload_id, u.partition, at_ms(u.at),
                   at_ms(u.began_at), at_ms(u.proven_until), u.cpu_millis, u.memory_mib, u.host, u.engine_id, u.code, u.operation, u.actor,
                   at_ms(u.caused_at), u.traceparent, u.contested
            from unnest(?::uuid[], ?::bigint[], ?::text[], ?::uuid[], ?::uuid[], ?::uuid[], ?::integer[], ?::bigint[],
                        ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::text[],
                        ?::bigint[], ?::text[], ?::boolean[])
                 as u(container_id, sequence, kind, event_id, account_id, workload_id, partition, at, began_at, proven_until, cpu_millis,
                      memory_mib, host, engine_id, code, operation, actor, caused_at, traceparent, contested)
            """;

    private FactRepository() {}

    /** All facts of these containers, by sequence. */
    static Map<ContainerId, SortedMap<Long, Fact>> load(DSLContext tx, Collection<ContainerId> containers) {
        UUID[] ids = containers.stream().map(ContainerId::uuid).toArray(UUID[]::new);
        Map<ContainerId, SortedMap<Long, Fact>> facts = new HashMap<>();
        tx.selectFrom(FACT)
                .where("container_id = any(?::uuid[])", (Object) ids)
                .fetch()
                .forEach(row -> {
                    Fact fact = read(row);
                    facts.computeIfAbsent(fact.container(), _ -> new TreeMap<>())
                            .put(fact.sequence(), fact);
                });
        return facts;
    }

    /** Writes facts whose (container, sequence) are new. */
    static void add(DSLContext tx, List<Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        tx.execute(
                INSERT,
                column(facts, UUID[]::new, f -> f.container().uuid()),
                column(facts, Long[]::new, Fact::sequence),
                column(facts, String[]::new, f -> kind(f.said())),
                column(facts, UUID[]::new, f -> f.event().uuid()),
                column(facts, UUID[]::new, f -> f.account().uuid()),
                column(facts, UUID[]::new, f -> f.workload().uuid()),
                column(facts, Integer[]::new, Fact::partition),
                column(facts, Long[]::new, f -> f.said().at().toEpochMilli()),
                column(
                        facts,
                        Long[]::new,
                        f -> f.said() instanceof Stopped s ? s.startedAt().toEpochMilli() : null),
                column(
                        facts,
                        Long[]::new,
                        f -> f.said() instanceof Stopped s && s.provenUntil() != null
                                ? s.provenUntil().toEpochMilli()
                                : null),
                column(facts, Integer[]::new, f -> {
                    Size size = size(f.said());
                    return size == null ? null : size.cpuMillis().value();
                }),
                column(facts, Integer[]::new, f -> {
                    Size size = size(f.said());
                    return size == null ? null : size.memoryMib().value();
                }),
                column(facts, String[]::new, f -> host(f.said())),
                column(facts, String[]::new, f -> engineId(f.said())),
                column(facts, String[]::new, f -> code(f.said())),
                column(facts, String[]::new, f -> f.cause().operation()),
                column(facts, String[]::new, f -> f.cause().actor()),
                column(facts, Long[]::new, f -> f.cause().at().toEpochMilli()),
                column(facts, String[]::new, f -> f.cause().traceparent()),
                column(facts, Boolean[]::new, Fact::contested));
    }

    /** Puts facts in the place of others of the same (container, sequence); rare. */
    static void replace(DSLContext tx, List<Fact> facts) {
        for (Fact fact : facts) {
            tx.deleteFrom(FACT)
                    .where(FACT.CONTAINER_ID.eq(fact.container()), FACT.SEQUENCE.eq(fact.sequence()))
                    .execute();
        }
        add(tx, facts);
    }

    private static <T> Object column(
            List<Fact> facts, java.util.function.IntFunction<T[]> array, Function<Fact, T> of) {
        return facts.stream().map(of).toArray(array);
    }

    private static String kind(Said said) {
        return switch (said) {
            case Started _ -> "started";
            case Resized _ -> "resized";
            case Stopped _ -> "stopped";
            case Failed _ -> "failed";
        };
    }

    private static @Nullable Size size(Said said) {
        return switch (said) {
            case Started s -> s.size();
            case Resized r -> r.size();
            case Stopped s -> s.size();
            case Failed _ -> null;
        };
    }

    private static @Nullable String host(Said said) {
        return switch (said) {
            case Started s -> s.host();
            case Resized _ -> null;
            case Stopped s -> s.host();
            case Failed f -> f.host();
        };
    }

    private static @Nullable String engineId(Said said) {
        return switch (said) {
            case Started s -> s.engineId();
            case Resized _ -> null;
            case Stopped s -> s.engineId();
            case Failed _ -> null;
        };
    }

    private static @Nullable String code(Said said) {
        return switch (said) {
            case Started _ -> null;
            case Resized _ -> null;
            case Stopped s -> s.reason();
            case Failed f -> f.code();
        };
    }

    private static Fact read(FactRecord row) {
        return new Fact(
                row.getContainerId(),
                row.getSequence(),
                row.getEventId(),
                row.getAccountId(),
                row.getWorkloadId(),
                row.getPartition(),
                said(row),
                new Cause(row.getOperation(), row.getActor(), row.getCausedAt(), row.getTraceparent()),
                row.getContested());
    }

    private static Said said(FactRecord row) {
        Instant at = row.getAt();
        return switch (row.getKind()) {
            case "started" -> new Started(at, sizeOf(row), row.getHost(), row.getEngineId());
            case "resized" -> new Resized(at, sizeOf(row));
            case "stopped" ->
                new Stopped(
                        Objects.requireNonNull(row.getBeganAt()),
                        at,
                        sizeOf(row),
                        row.getHost(),
                        row.getEngineId(),
                        row.getCode(),
                        row.getProvenUntil());
            case "failed" -> new Failed(at, row.getHost(), row.getCode());
            case String other -> throw new IllegalStateException("no fact is of the kind '%s'".formatted(other));
        };
    }

    private static Size sizeOf(FactRecord row) {
        return new Size(new CpuMillis(row.getCpuMillis()), new MemoryMib(row.getMemoryMib()));
    }
}
