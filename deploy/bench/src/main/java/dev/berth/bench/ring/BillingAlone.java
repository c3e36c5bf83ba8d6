package dev.berth.bench.ring;

import dev.berth.schema.Service;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Billing as it is shipped, with its real database and broker and no other service. */
public final class BillingAlone implements AutoCloseable {
    private final Alone alone;

    private BillingAlone(Alone alone) {
        this.alone = alone;
    }

    /** Starts PostgreSQL, the broker and billing, and waits until billing is ready. */
    public static BillingAlone start(Path checkout, Path folder, int port) {
        return new BillingAlone(Alone.start(checkout, folder, port, Service.BILLING, Map.of()));
    }

    /** Ends the service with {@code kill -9} and starts it anew. */
    public void killAndStart() {
        alone.killAndStart();
    }

    /** The process of the service. */
    public long pid() {
        return alone.pid();
    }

    /** A connection to its database as the superuser. */
    public Connection connect() throws SQLException {
        return alone.connect();
    }

    @Override
    public void close() {
        alone.close();
    }
}
