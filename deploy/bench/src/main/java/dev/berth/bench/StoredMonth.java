package dev.berth.bench;

import dev.berth.schema.Cause;
import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.container.StopReason;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.wire.CopyRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * Use that was taken and told long ago, written by COPY in the very form in which metering writes it: the ids of events, facts, intervals,
 * pieces, windows, and a watermark at the end. Only the events about it are missing: they were read by all and removed. Two events a container.
 */
final class StoredMonth {
    private static final int BLOCK = 10_000;
    private static final int WRITERS = 2;

    private static final String WINDOWS = """
            insert into usage_window (container_id, hour, account_id, workload_id, container_ms, cpu_millis_ms, memory_mib_ms)
            select p.container_id, date_trunc('hour', p.start_at, 'UTC'), p.account_id, p.workload_id,
                   sum(t.ms), sum(t.ms * p.cpu_millis), sum(t.ms * p.memory_mib)
            from usage_piece p
            cross join lateral (select (extract(epoch from p.end_at - p.start_at) * 1000)::bigint::numeric as ms) t
            where p.container_id = any(?::uuid[])
            group by 1, 2, 3, 4
            """;

    /** What is written of a container. */
    enum Form {
        /** Everything. */
        WHOLE,
        /** Its interval and what was told, for who asks for use: not its facts, nor the ids of their events. */
        USE
    }

    /** Where a connection comes from. */
    @FunctionalInterface
    interface Connections {
        Connection open() throws SQLException;
    }

    private record Container(
            UUID id,
            UUID startEvent,
            UUID stopEvent,
            AccountId account,
            WorkloadId workload,
            int partition,
            String host,
            Instant start,
            Instant end) {}

    private final Connections connections;
    private final Load load;
    private final Cause cause;
    private int salt;

    StoredMonth(Connections connections, Load load) {
        this.connections = connections;
        this.load = load;
        Cause now = Cause.platform(Instant.now());
        cause = new Cause(now.operation(), now.actor(), now.at().truncatedTo(ChronoUnit.MILLIS), null);
    }

    /**
     * Stores so many containers that start one after another in a span of time.
     *
     * @param from a whole hour, and so is {@code to}
     */
    void store(int containers, Instant from, Instant to, Form form) throws SQLException {
        salt++;
        int blocks = (containers + BLOCK - 1) / BLOCK;
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                all.add(writers.submit(() -> {
                    try (Connection connection = connections.open()) {
                        connection.setAutoCommit(false);
                        DSLContext tx = DSL.using(connection, SQLDialect.POSTGRES);
                        tx.execute("set search_path = metering, public");
                        for (int block = first; block < blocks; block += WRITERS) {
                            int begin = block * BLOCK;
                            write(tx, block(begin, Math.min(begin + BLOCK, containers), containers, from, to), form);
                            connection.commit();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new SQLException("the month cannot be stored", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }

    /** Everything up to an instant is told; tables are vacuumed, and what is written next is written after a checkpoint. */
    void settle(Instant watermark) throws SQLException {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into metering.watermark (published) values ('%s') on conflict (one) do update set published = excluded.published"
                            .formatted(watermark));
            statement.execute("set maintenance_work_mem = '512MB'");
            for (String table : List.of(
                    "inbox_event",
                    "fact",
                    "usage_interval",
                    "usage_piece",
                    "usage_window",
                    "usage_hour",
                    "due",
                    "outbox")) {
                statement.execute("vacuum (analyze, freeze) metering." + table);
            }
            statement.execute("checkpoint");
        }
    }

    private List<Container> block(int begin, int end, int of, Instant from, Instant to) {
        long span = to.toEpochMilli() - from.toEpochMilli() - Load.LONGEST_MS;
        SplittableRandom random = new SplittableRandom(31L * begin + salt);
        List<Container> block = new ArrayList<>(end - begin);
        Map<AccountId, Long> used = new HashMap<>();
        for (int i = begin; i < end; i++) {
            Load.Tenant tenant = load.tenants().get(random.nextInt(Load.ACCOUNTS));
            long start = from.toEpochMilli() + span * i / of;
            long stop = start + 1 + random.nextInt(Load.LONGEST_MS);
            UUID id = uuid(start, i, random);
            block.add(new Container(
                    id,
                    uuid(start + 1, i, random),
                    uuid(stop, i, random),
                    tenant.account(),
                    tenant.workloads().get(random.nextInt(tenant.workloads().size())),
                    Topic.partitionOf(new ContainerId(id).toString()),
                    "host-" + random.nextInt(Load.HOSTS),
                    Instant.ofEpochMilli(start),
                    Instant.ofEpochMilli(stop)));
            used.merge(tenant.account(), stop - start, Long::sum);
        }
        used.forEach(load::used);
        block.sort(Comparator.comparing(Container::id));
        return block;
    }

    /** A UUID of version 7 that was made at that time. */
    private static UUID uuid(long ms, int count, SplittableRandom random) {
        return new UUID(
                (ms << 16) | 0x7000L | (count & 0xfffL),
                (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }

    private void write(DSLContext tx, List<Container> block, Form form) {
        if (form == Form.WHOLE) {
            CopyRows ids = new CopyRows("inbox_event", "event_id", "consumer");
            block.stream()
                    .flatMap(one -> Stream.of(one.startEvent(), one.stopEvent()))
                    .sorted()
                    .forEach(id -> ids.row().uuid(id).int2(Consumer.METERING_INTERVAL.code()));
            ids.into(tx);
            facts(block).into(tx);
        }
        intervals(block).into(tx);
        pieces(block).into(tx);
        tx.execute(WINDOWS, (Object) block.stream().map(Container::id).toArray(UUID[]::new));
    }

    private CopyRows facts(List<Container> block) {
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
                "cpu_millis",
                "memory_mib",
                "host",
                "engine_id",
                "code",
                "operation",
                "actor",
                "caused_at");
        for (Container one : block) {
            fact(rows, one, 1, "started", one.startEvent(), one.start());
            rows.none().int4(Load.CPU_MILLIS).int4(Load.MEMORY_MIB).text(one.host());
            rows.text(Load.engineId(new ContainerId(one.id()))).none();
            cause(rows);
            fact(rows, one, 2, "stopped", one.stopEvent(), one.end());
            rows.instant(one.start())
                    .int4(Load.CPU_MILLIS)
                    .int4(Load.MEMORY_MIB)
                    .text(one.host());
            rows.text(Load.engineId(new ContainerId(one.id()))).text(StopReason.EXITED.text());
            cause(rows);
        }
        return rows;
    }

    private static void fact(CopyRows rows, Container of, int sequence, String kind, UUID event, Instant at) {
        rows.row().uuid(of.id()).int8(sequence).text(kind).uuid(event);
        rows.uuid(of.account().uuid())
                .uuid(of.workload().uuid())
                .int4(of.partition())
                .instant(at);
    }

    private void cause(CopyRows rows) {
        rows.text(cause.operation()).text(cause.actor()).instant(cause.at());
    }

    private static CopyRows intervals(List<Container> block) {
        CopyRows rows = new CopyRows(
                "usage_interval",
                "container_id",
                "started_at",
                "finished_at",
                "account_id",
                "workload_id",
                "partition",
                "cpu_millis",
                "memory_mib",
                "sequence",
                "host",
                "part");
        for (Container one : block) {
            rows.row().uuid(one.id()).instant(one.start()).instant(one.end());
            rows.uuid(one.account().uuid()).uuid(one.workload().uuid()).int4(one.partition());
            rows.int4(Load.CPU_MILLIS)
                    .int4(Load.MEMORY_MIB)
                    .int8(1)
                    .text(one.host())
                    .int2(0);
        }
        return rows;
    }

    private static CopyRows pieces(List<Container> block) {
        CopyRows rows = new CopyRows(
                "usage_piece",
                "container_id",
                "start_at",
                "end_at",
                "interval_start",
                "account_id",
                "workload_id",
                "cpu_millis",
                "memory_mib");
        for (Container one : block) {
            for (Instant start = one.start(); start.isBefore(one.end()); start = endOfPiece(start, one.end())) {
                rows.row().uuid(one.id()).instant(start).instant(endOfPiece(start, one.end()));
                rows.instant(one.start())
                        .uuid(one.account().uuid())
                        .uuid(one.workload().uuid());
                rows.int4(Load.CPU_MILLIS).int4(Load.MEMORY_MIB);
            }
        }
        return rows;
    }

    private static Instant endOfPiece(Instant start, Instant end) {
        Instant hour = start.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        return hour.isBefore(end) ? hour : end;
    }
}
