package dev.berth.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What PostgreSQL alone needs for the rows of an invoice: the same tables with the same indexes and checks, but nothing that reads, counts
 * or guards; one connection, one transaction for each invoice.
 */
final class BareInvoices {
    /** A table, and by which of its columns the rows of an invoice are found. */
    private record Table(String name, String key) {}

    private static final List<Table> TABLES = List.of(
            new Table("invoice", "invoice_id"),
            new Table("invoice_line", "invoice_id"),
            new Table("invoice_interval", "invoice_id"),
            new Table("ledger_transaction", "invoice_id"),
            new Table("ledger_entry", "transaction_id"),
            new Table("outbox", "seq"));

    private BareInvoices() {}

    /** Writes the rows of so many invoices that are there once more, elsewhere. */
    static double perSecond(Connection database, int count) throws SQLException {
        List<Object[]> keys = new ArrayList<>();
        try (Statement statement = database.createStatement()) {
            statement.execute("drop schema if exists bare cascade");
            statement.execute("create schema bare");
            for (Table table : TABLES) {
                statement.execute("create table bare.%s (like billing.%1$s including all)".formatted(table.name));
            }
            try (var row = statement.executeQuery("""
                    select i.invoice_id, t.transaction_id, o.seq from billing.invoice i
                    join billing.ledger_transaction t on t.invoice_id = i.invoice_id
                    join billing.outbox o on o.account_id = i.account_id and o.type like '%%InvoiceFinalized%%'
                    order by i.invoice_id limit %d""".formatted(count))) {
                while (row.next()) {
                    keys.add(new Object[] {row.getObject(1, UUID.class), row.getLong(2), row.getLong(3)});
                }
            }
            statement.execute("checkpoint");
        }
        if (keys.size() != count) {
            throw new IllegalStateException("%d invoices with ledger and event, not %d".formatted(keys.size(), count));
        }
        List<PreparedStatement> inserts = new ArrayList<>();
        database.setAutoCommit(false);
        try {
            for (Table table : TABLES) {
                inserts.add(database.prepareStatement(
                        "insert into bare.%s overriding system value select * from billing.%1$s where %2$s = ?"
                                .formatted(table.name, table.key)));
            }
            long began = System.nanoTime();
            for (Object[] key : keys) {
                for (int i = 0; i < inserts.size(); i++) {
                    inserts.get(i).setObject(1, key[Math.max(0, i - 3)]);
                    inserts.get(i).executeUpdate();
                }
                database.commit();
            }
            return count / ((System.nanoTime() - began) / 1e9);
        } finally {
            for (PreparedStatement insert : inserts) {
                insert.close();
            }
            database.setAutoCommit(true);
        }
    }
}
