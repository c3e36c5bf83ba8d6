package dev.berth.bench.ring;

import dev.berth.schema.Service;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The provisioner as it is shipped, with its real database, its real broker and the machine's Docker Engine. Whatever it made on the engine
 * goes when it is closed, also what it did not know of any more.
 */
public final class ProvisionerAlone implements AutoCloseable {
    private static final int AT_ONCE = 50;

    private final Alone alone;
    private final Api api;
    private final Connection database;
    private final String installation;

    private ProvisionerAlone(Alone alone, Connection database, String installation) {
        this.alone = alone;
        this.api = new Api(alone.base(), Map.of());
        this.database = database;
        this.installation = installation;
    }

    /**
     * Starts PostgreSQL, the broker and the provisioner, and waits until that is ready.
     *
     * @param installation the label of all that it makes
     */
    public static ProvisionerAlone start(
            Path checkout, Path folder, int port, String installation, Map<String, String> settings)
            throws SQLException {
        Alone alone = Alone.start(checkout, folder, port, Service.PROVISIONER, settings);
        try {
            return new ProvisionerAlone(alone, alone.connect(), installation);
        } catch (SQLException e) {
            alone.close();
            throw e;
        }
    }

    /** What it has done so far; differences of two tell what it did between them. */
    public record Done(double passes, double passSeconds, double statements, double engineCalls) {
        /** What was done since an earlier one. */
        public Done since(Done earlier) {
            return new Done(
                    passes - earlier.passes,
                    passSeconds - earlier.passSeconds,
                    statements - earlier.statements,
                    engineCalls - earlier.engineCalls);
        }
    }

    /** As its own metrics tell. */
    public Done done() {
        JsonNode pass = api.get("/actuator/metrics/berth.provisioner.reconcile?tag=subject:Everything");
        return new Done(
                of(pass, "COUNT"),
                of(pass, "TOTAL_TIME"),
                of(api.get("/actuator/metrics/berth.provisioner.statements"), "COUNT"),
                of(api.get("/actuator/metrics/berth.provisioner.engine"), "COUNT"));
    }

    private static double of(JsonNode meter, String statistic) {
        for (JsonNode one : meter.at("/measurements")) {
            if (one.at("/statistic").asString().equals(statistic)) {
                return one.at("/value").asDouble();
            }
        }
        throw new IllegalStateException("the meter has no %s: %s".formatted(statistic, meter));
    }

    /** How many rows there are; the query is of this bench's own. */
    public int count(String query) {
        try (PreparedStatement statement = database.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer", e);
        }
    }

    /** The broker. */
    public String bootstrapServers() {
        return alone.bootstrapServers();
    }

    /** The process of the service. */
    public long pid() {
        return alone.pid();
    }

    @Override
    public void close() throws SQLException {
        try (alone) {
            database.close();
        } finally {
            sweep("dev.berth.installation=" + installation);
        }
    }

    /**
     * Removes all containers, and then all networks, of a label. An engine of this generation sometimes still counts an endpoint of a
     * container that went at the same time as others, until it is started anew; such a network is named and left, and no figure is lost for it.
     */
    public static void sweep(String label) {
        remove(List.of("docker", "ps", "-aq", "--filter", "label=" + label), List.of("docker", "rm", "-f", "-v"));
        try {
            remove(
                    List.of("docker", "network", "ls", "-q", "--filter", "label=" + label),
                    List.of("docker", "network", "rm"));
        } catch (IllegalStateException e) {
            System.err.println("   left, until the engine is started anew: " + e.getMessage());
        }
    }

    private static void remove(List<String> listed, List<String> removal) {
        List<String> ids = Shell.run(Path.of("."), listed).lines().toList();
        for (int i = 0; i < ids.size(); i += AT_ONCE) {
            List<String> command = new java.util.ArrayList<>(removal);
            command.addAll(ids.subList(i, Math.min(i + AT_ONCE, ids.size())));
            Shell.run(Path.of("."), command);
        }
    }
}
