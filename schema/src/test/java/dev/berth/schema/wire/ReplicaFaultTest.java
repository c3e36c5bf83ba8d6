package dev.berth.schema.wire;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

/** A database that goes away and a replica that stands still: every effect is there once and in order. */
class ReplicaFaultTest extends Faults {
    @Test
    void aDatabaseThatGoesAwayAndComesBackCostsNothing() {
        try (HikariDataSource impatient = wires.database.pool(6)) {
            impatient.setConnectionTimeout(1_000);
            OutboxRelay relay = wires.relay(wires.wire(impatient));
            Inbox inbox = wires.inbox(wires.wire(impatient));
            write(10);
            allIsApplied();
            await().until(() -> wires.count("outbox where published_at is null") == 0);
            relay.close();
            write(10); // published as soon as the database is back
            DSLContext elsewhere = wires.database.elsewhere();
            elsewhere.execute("alter database %s with allow_connections false".formatted(wires.database.name()));
            elsewhere.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = ?", wires.database.name());
            OutboxRelay late = wires.relay(wires.wire(impatient));
            await().atMost(IN_TIME).until(() -> late.status().detail().contains("not available"));
            elsewhere.execute("alter database %s with allow_connections true".formatted(wires.database.name()));
            write(10);
            allIsApplied();
            await().atMost(IN_TIME)
                    .until(() -> late.status().running() && inbox.status().ready());
            inbox.close();
            late.close();
        }
    }

    /** A relay and a consumer of another process are frozen in the middle, replaced, and go on as if nothing had been. */
    @Test
    void aReplicaThatIsPausedAndThenKilledChangesNothing() {
        // one that is frozen inside a transaction holds its locks until the database ends the session; 60 s outside of
        // tests
        wires.database
                .superuser()
                .execute("alter role berth_gateway in database %s set idle_in_transaction_session_timeout = '3s'"
                        .formatted(wires.database.name()));
        try (HikariDataSource after =
                wires.database.pool(6)) { // its sessions begin with the setting, as the child's do
            OutboxRelay relay;
            Inbox inbox;
            try (ReplicaChild child = ReplicaChild.start(wires)) {
                write(200);
                allIsApplied();
                write(300);
                child.pause();
                relay = wires.relay(wires.wire(after));
                inbox = wires.inbox(wires.wire(after));
                write(300);
                allIsApplied();
                child.resume();
                write(200);
                allIsApplied();
            }
            write(100);
            allIsApplied();
            inbox.close();
            relay.close();
        }
    }
}
