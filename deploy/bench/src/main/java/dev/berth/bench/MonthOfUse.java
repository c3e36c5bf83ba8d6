package dev.berth.bench;

import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * Last month of many accounts as billing has it when the month is over: the use is here, the watermark has passed, and each period waits for
 * its invoice. A container of 4 vCPU and 8 GiB ran for a day, a volume of 500 GiB was kept for two: above what is free, three lines.
 */
final class MonthOfUse {
    private static final int CONTAINER_HOURS = 24;
    private static final int VOLUME_HOURS = 48;
    private static final int ROWS = 1_000;
    private static final long HOUR_MS = 3_600_000;

    private final Connection database;
    private final Instant start;
    private final Instant end;

    MonthOfUse(Connection database) {
        this.database = database;
        YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
        start = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        end = month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Stores it for so many new accounts. */
    void store(int accounts) throws SQLException {
        database.setAutoCommit(false);
        try (Statement statement = database.createStatement();
                PreparedStatement customer = database.prepareStatement("""
                        insert into billing.customer (account_id, name, email, plan, currency, time_zone, price_book, opened_at)
                        values (?, 'Bench', 'bench@example.com', 'standard', 'USD', 'UTC', 'standard', ?)""");
                PreparedStatement periods = database.prepareStatement("""
                        insert into billing.billing_period (account_id, period_start, period_end, month_start, state, asked_by, asked_at,
                            not_before, usage_partition, operation, actor, caused_at)
                        values (?, ?, ?, ?, 'waiting_for_watermark', 'calendar', now(), 'infinity', ?, 'op_bench', 'platform', now())""");
                PreparedStatement piece = database.prepareStatement("""
                        insert into billing.usage_piece (container_id, start_ms, revision, end_ms, account_id, workload_id, engine_id,
                            interval_start, interval_end, cpu_millis, memory_mib, volume_gib, billed, partition, ingested, event_id,
                            operation, actor, caused_at)
                        values (?, ?, 0, ?, ?, ?, 'bench', ?, ?, ?, ?, ?, true, ?, 1, ?, 'op_bench', 'key_bench', ?)""")) {
            statement.execute("set local search_path = billing, public");
            statement.execute("""
                    insert into billing.usage_partition (partition, watermark, ingested)
                    select p, now(), 1 from generate_series(0, %d) p
                    on conflict (partition) do update set watermark = excluded.watermark, ingested = excluded.ingested""".formatted(Topic.PARTITIONS - 1));
            for (int i = 0; i < accounts; i++) {
                AccountId account = AccountId.next();
                int partition = Topic.partitionOf(account.toString());
                set(customer, account.uuid(), at(start));
                set(periods, account.uuid(), at(start), at(end), at(start), partition);
                pieces(piece, account, partition, CONTAINER_HOURS, List.of(4_000, 8_192, 0));
                pieces(piece, account, partition, VOLUME_HOURS, List.of(0, 0, 500));
                if (i % ROWS == ROWS - 1 || i == accounts - 1) {
                    customer.executeBatch();
                    periods.executeBatch();
                    piece.executeBatch();
                    database.commit();
                }
            }
        } finally {
            database.setAutoCommit(true);
        }
        try (Statement statement = database.createStatement()) {
            statement.execute("vacuum analyze billing.usage_piece");
            statement.execute("vacuum analyze billing.billing_period");
            statement.execute("checkpoint");
        }
    }

    /** From now on the periods may be finished. */
    void mayBeClosed() throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(
                    "update billing.billing_period set not_before = now() where state = 'waiting_for_watermark'");
        }
    }

    private void pieces(PreparedStatement piece, AccountId account, int partition, int hours, List<Integer> size)
            throws SQLException {
        UUID container = ContainerId.next().uuid();
        UUID workload = size.getLast() > 0 ? container : WorkloadId.next().uuid();
        long from = start.toEpochMilli();
        for (int hour = 0; hour < hours; hour++) {
            set(
                    piece,
                    container,
                    from + hour * HOUR_MS,
                    from + (hour + 1) * HOUR_MS,
                    account.uuid(),
                    workload,
                    at(start),
                    at(start.plusMillis(hours * HOUR_MS)),
                    size.get(0),
                    size.get(1),
                    size.get(2),
                    partition,
                    UUID.randomUUID(),
                    at(start));
        }
    }

    private static java.time.OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static void set(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
    }
}
