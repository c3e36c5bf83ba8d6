package dev.berth.bench.ring;

import dev.berth.schema.Service;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** The gateway as it is shipped, with its real database and broker and no other service. */
public final class GatewayAlone implements AutoCloseable {
    private static final String OPERATOR = "berth_op_" + "0123456789abcdef".repeat(2);

    private final Alone alone;

    private GatewayAlone(Alone alone) {
        this.alone = alone;
    }

    /** Starts PostgreSQL, the broker and the gateway, whose limits of rates are out of the way. */
    public static GatewayAlone start(Path checkout, Path folder, int port) {
        String many = "10000000";
        return new GatewayAlone(Alone.start(
                checkout,
                folder,
                port,
                Service.GATEWAY,
                Map.of(
                        "BERTH_OPERATOR_KEY", OPERATOR,
                        "BERTH_SECRET_KEY", "of-the-benchmark-only-and-long-enough",
                        "BERTH_RATES_KEY_BURST", many,
                        "BERTH_RATES_ACCOUNT_BURST", many,
                        "BERTH_RATES_ADDRESS_BURST", many)));
    }

    /** Its API without a credential. */
    public Api anonymous() {
        return new Api(alone.base(), Map.of());
    }

    /** Its API as the operator. */
    public Api operator() {
        return anonymous().as(OPERATOR);
    }

    /** Where it listens. */
    public URI base() {
        return alone.base();
    }

    /** The database, in JDBC's words. */
    public String jdbcUrl() {
        return alone.jdbcUrl();
    }

    /** The password of a role of the database. */
    public String password(String of) {
        return alone.password(of);
    }

    /** A connection to its database as the superuser. */
    public Connection connect() throws SQLException {
        return alone.connect();
    }

    /** The process of the gateway. */
    public long pid() {
        return alone.pid();
    }

    @Override
    public void close() {
        alone.close();
    }
}
