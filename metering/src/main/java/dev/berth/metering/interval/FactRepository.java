package dev.berth.metering.interval;

import static dev.berth.schema.db.metering.Tables.FACT;

import dev.berth.metering.interval.Fact.Failed;
import dev.berth.metering.interval.Fact.Resized;
import dev.berth.metering.interval.Fact.Said;
import dev.berth.metering.interval.Fact.Started;
import dev.berth.metering.interval.Fact.Stopped;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.CopyRows;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The table of facts: read by containers, written by COPY, however many facts. */
final class FactRepository {
    private static final String LOAD = """
            select container_id, sequence, event_id, account_id, workload_id, partition, kind, at, began_at, cpu_millis, memory_mib,
                   host, engine_id, code, operation, actor, caused_at, traceparent, contested, proven_until, volume_gib
            from fact where container_id = any(?::uuid[])
            """;

    private FactRepository() {}

    /** All facts of these containers, by sequence. */
    static Map<ContainerId, SortedMap<Long, Fact>> load(DSLContext tx, Collection<ContainerId> containers) {
        Map<ContainerId, SortedMap<Long, Fact>> facts = new HashMap<>();
        tx.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LOAD)) {
                statement.setArray(
                        1,
                        connection.createArrayOf(
                                "uuid",
                                containers.stream().map(ContainerId::uuid).toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        Fact fact = read(row);
                        facts.computeIfAbsent(fact.container(), _ -> new TreeMap<>())
                                .put(fact.sequence(), fact);
                    }
                }
            }
        });
        return facts;
    }

    /** Writes facts whose (container, sequence) are new. */
    static void add(DSLContext tx, List<Fact> facts) {
        CopyRows rows = new CopyRows(
                "fact",
                "container_id",
                "sequence",
                "kind",
                "event_id",
                "account_id",
                "workload_id",
                "partition",
                "at",
                "began_at",
                "proven_until",
                "cpu_millis",
                "memory_mib",
                "volume_gib",
                "host",
                "engine_id",
                "code",
                "operation",
                "actor",
                "caused_at",
                "traceparent",
                "contested");
        for (Fact fact : facts) {
            rows.row()
                    .uuid(fact.container().uuid())
                    .int8(fact.sequence())
                    .text(kind(fact.said()))
                    .uuid(fact.event().uuid())
                    .uuid(fact.account().uuid())
                    .uuid(fact.workload().uuid())
                    .int4(fact.partition())
                    .instant(fact.said().at())
                    .instant(fact.said() instanceof Stopped stopped ? stopped.startedAt() : null)
                    .instant(fact.said() instanceof Stopped stopped ? stopped.provenUntil() : null);
            Size size = size(fact.said());
            if (size == null) {
                rows.none().none().none();
            } else if (size.isVolume()) {
                rows.none().none().int4(size.volumeGib());
            } else {
                rows.int4(size.cpuMillis()).int4(size.memoryMib()).none();
            }
            Cause cause = fact.cause();
            rows.text(host(fact.said()))
                    .text(engineId(fact.said()))
                    .text(code(fact.said()))
                    .text(cause.operation())
                    .text(cause.actor())
                    .instant(Instant.ofEpochMilli(cause.at().toEpochMilli()))
                    .text(cause.traceparent())
                    .bool(fact.contested());
        }
        rows.into(tx);
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

    private static Fact read(ResultSet row) throws SQLException {
        return new Fact(
                new ContainerId(row.getObject(1, UUID.class)),
                row.getLong(2),
                new EventId(row.getObject(3, UUID.class)),
                new AccountId(row.getObject(4, UUID.class)),
                new WorkloadId(row.getObject(5, UUID.class)),
                row.getInt(6),
                said(row),
                new Cause(
                        row.getString(15),
                        row.getString(16),
                        Objects.requireNonNull(instant(row, 17)),
                        row.getString(18)),
                row.getBoolean(19));
    }

    private static Said said(ResultSet row) throws SQLException {
        Instant at = Objects.requireNonNull(instant(row, 8));
        String host = row.getString(12);
        return switch (row.getString(7)) {
            case "started" -> new Started(at, size(row), host, row.getString(13));
            case "resized" -> new Resized(at, size(row));
            case "stopped" ->
                new Stopped(
                        Objects.requireNonNull(instant(row, 9)),
                        at,
                        size(row),
                        host,
                        row.getString(13),
                        row.getString(14),
                        instant(row, 20));
            case "failed" -> new Failed(at, host, row.getString(14));
            case String other -> throw new IllegalStateException("no fact is of the kind '%s'".formatted(other));
        };
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static Size size(ResultSet row) throws SQLException {
        return new Size(row.getInt(10), row.getInt(11), row.getInt(21)); // 0 where it is null
    }
}
