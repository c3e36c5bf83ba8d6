package dev.berth.bench;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What PostgreSQL alone needs for the rows that metering wrote: the same tables with the same indexes and constraints, filled with
 * what was stored before, then the measured rows by COPY, a thousand events in a transaction.
 */
final class RawDatabase {
    private static final int EVENTS_PER_COMMIT = 1000;

    /** A table, and the condition for the rows that came with the measured events. */
    private record Table(String name, String measured) {}

    private final Connection connection;
    private final List<Table> tables;

    RawDatabase(Connection connection, Instant mark) {
        this.connection = connection;
        // "exists" and not "in": what is not measured is then found by one hash join, and not by a list that is
        // searched for each row.
        String measured = "exists (select from metering.fact f where f.recorded_at > '%s' and f.%s = t.%2$s)";
        tables = List.of(
                new Table("inbox_event", measured.formatted(mark, "event_id")),
                new Table("fact", "t.recorded_at > '%s'".formatted(mark)),
                new Table("usage_interval", measured.formatted(mark, "container_id")));
    }

    /** The database's time. */
    static Instant now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select clock_timestamp()")) {
            row.next();
            return row.getTimestamp(1).toInstant();
        }
    }

    /** The columns that are not computed. */
    private static String columns(Statement statement, Table table) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                        select string_agg(attname, ', ' order by attnum) from pg_attribute
                        where attrelid = 'metering.%s'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
                        """.formatted(table.name()))) {
            row.next();
            return row.getString(1);
        }
    }

    /** Copies them in and answers how long that took. */
    double copySeconds() throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        List<String> columnsOfTables = new ArrayList<>();
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop schema if exists raw cascade");
            statement.execute("create schema raw");
            for (Table table : tables) {
                statement.execute("create table raw.%s (like metering.%1$s including all)".formatted(table.name()));
                String columns = columns(statement, table);
                columnsOfTables.add(columns);
                statement.execute("insert into raw.%s (%2$s) select %2$s from metering.%1$s t where not (%3$s)"
                        .formatted(table.name(), columns, table.measured()));
                StringWriter out = new StringWriter();
                copy.copyOut(
                        "copy (select %s from metering.%s t where %s) to stdout"
                                .formatted(columns, table.name(), table.measured()),
                        out);
                rows.add(out.toString().lines().toList());
            }
            statement.execute("analyze");
            statement.execute("checkpoint");
            connection.setAutoCommit(false);
            statement.execute("set search_path = raw, public");
            int batches = rows.getFirst().size() / EVENTS_PER_COMMIT + 1;
            long began = System.nanoTime();
            for (int batch = 0; batch < batches; batch++) {
                for (int i = 0; i < tables.size(); i++) {
                    List<String> all = rows.get(i);
                    int from = (int) ((long) all.size() * batch / batches);
                    int to = (int) ((long) all.size() * (batch + 1) / batches);
                    copy.copyIn(
                            "copy %s (%s) from stdin".formatted(tables.get(i).name(), columnsOfTables.get(i)),
                            new StringReader(String.join("\n", all.subList(from, to)) + "\n"));
                }
                connection.commit();
            }
            return (System.nanoTime() - began) / 1e9;
        } catch (IOException e) {
            throw new SQLException("the rows cannot be copied", e);
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Removes what was copied. */
    void remove() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set search_path = public");
            statement.execute("drop schema if exists raw cascade");
        }
    }
}
