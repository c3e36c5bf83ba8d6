package dev.berth.bench;

import dev.berth.bench.figure.Figure;
import dev.berth.bench.ring.BillingAlone;
import dev.berth.bench.ring.Footprint;
import dev.berth.bench.ring.Wait;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The end of a month: 20,000 accounts, each with a container and a volume whose use makes three lines, from the moment at which all of them
 * may be closed until the last invoice is final, numbered, posted to the ledger and told. Then as many again of a tenth, with
 * {@code kill -9} in their midst. Compared with PostgreSQL that is given the rows of each invoice in a transaction of its own.
 */
final class CloseBench implements Bench {
    private static final int ACCOUNTS = 20_000;
    private static final int KILLED_ACCOUNTS = 2_000;
    private static final int LINES = 3;
    private static final int BARE_INVOICES = 2_000;
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    @Override
    public String name() {
        return "close";
    }

    @Override
    public List<Figure> run(Ground ground) throws Exception {
        int accounts = (int) (ACCOUNTS * ground.scale());
        int more = (int) (KILLED_ACCOUNTS * ground.scale());
        try (BillingAlone billing = BillingAlone.start(ground.checkout(), ground.folder(), ground.port());
                Connection database = billing.connect()) {
            MonthOfUse month = new MonthOfUse(database);
            ground.progress().accept("storing a month of %,d accounts".formatted(accounts));
            month.store(accounts);

            ground.progress().accept("closing it");
            Map<String, Footprint> before = Footprint.of(ground.folder(), billing.pid());
            long began = System.nanoTime();
            month.mayBeClosed();
            Wait.until("all invoices are final", PATIENCE, Duration.ofMillis(50), () -> waiting(database) == 0);
            double seconds = (System.nanoTime() - began) / 1e9;
            Map<String, Footprint> after = Footprint.of(ground.folder(), billing.pid());
            check(database, accounts);

            ground.progress().accept("the bare database");
            double bare = BareInvoices.perSecond(database, Math.min(BARE_INVOICES, accounts));

            ground.progress().accept("closing %,d more, with kill -9 in their midst".formatted(more));
            month.store(more);
            month.mayBeClosed();
            Wait.until("a part is closed", PATIENCE, Duration.ofMillis(2), () -> waiting(database) < more * 2 / 3);
            long left = waiting(database);
            billing.killAndStart();
            Wait.until("the rest is closed", PATIENCE, Duration.ofMillis(50), () -> waiting(database) == 0);
            check(database, accounts + more);

            double rate = accounts / seconds;
            List<Figure> figures = new ArrayList<>(List.of(
                    Figure.of(name(), "invoices of %d lines".formatted(LINES), (double) accounts, "invoices"),
                    Figure.of(name(), "closed, with ledger and numbers", rate, "invoices/s")
                            .atLeast(200),
                    Figure.of(name(), "the same rows into bare PostgreSQL, a transaction each", bare, "invoices/s"),
                    Figure.of(name(), "Berth against bare PostgreSQL", rate / bare, "×"),
                    Figure.of(name(), "left when it was killed, and closed once by its successor", (double) left, "")));
            for (String part : List.of("billing", "postgresql", "kafka")) {
                double cpuMs = Footprint.cpuMs(after, part) - Footprint.cpuMs(before, part);
                figures.add(Figure.of(
                        name(), "processor time of %s for an invoice".formatted(part), cpuMs / accounts, "ms"));
            }
            return figures;
        }
    }

    private static long waiting(Connection database) {
        return number(database, "select count(*) from billing.billing_period where state = 'waiting_for_watermark'");
    }

    /** Each account has its one invoice, of three lines; numbers have no gap; the ledger says the same. */
    private static void check(Connection database, int accounts) {
        is(accounts, database, "select count(*) from billing.invoice where status = 'final'");
        is(accounts, database, "select count(distinct account_id) from billing.invoice");
        is(accounts, database, "select max(substring(number from '[0-9]+$')::bigint) from billing.invoice");
        is((long) LINES * accounts, database, "select count(*) from billing.invoice_line");
        is(0, database, "select sum(amount_minor) from billing.ledger_entry");
        is(
                number(database, "select sum(total_minor) from billing.invoice"),
                database,
                "select sum(amount_minor) from billing.ledger_entry where ledger_account = 'receivable'");
        is(accounts, database, "select count(*) from billing.outbox where type like '%InvoiceFinalized%'");
    }

    private static void is(long expected, Connection database, String query) {
        long is = number(database, query);
        if (is != expected) {
            throw new IllegalStateException("%s: %d and not %d".formatted(query, is, expected));
        }
    }

    private static long number(Connection database, String query) {
        try (var statement = database.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer " + query, e);
        }
    }
}
