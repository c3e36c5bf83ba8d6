package dev.berth.bench.ring;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.part.BrokerPart;
import dev.berth.launcher.part.Part;
import dev.berth.launcher.part.Ports;
import dev.berth.launcher.part.PostgresPart;
import dev.berth.launcher.part.Programs;
import dev.berth.launcher.part.ServicePart;
import dev.berth.schema.Service;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** One service as it is shipped, with its real database and broker and no other service. */
final class Alone implements AutoCloseable {
    static final String IDENTITY_SECRET = "of-the-benchmark-only-and-long-enough";

    private record Running(Part part, Child child) {}

    private final DataDirectory data;
    private final Ports ports;
    private final PostgresPart postgres;
    private final Deque<Running> running = new ArrayDeque<>();
    private final URI base;
    private final Programs programs;

    private Alone(Path checkout, Path folder, int port, Service service) {
        data = DataDirectory.at(folder).create();
        programs = Programs.of(checkout, data);
        ports = new Ports(port);
        postgres = new PostgresPart(data, ports.postgres());
        base = URI.create("http://127.0.0.1:%d".formatted(ports.of(service)));
    }

    /**
     * Starts PostgreSQL, the broker and the service, and waits until that is ready.
     *
     * @param settings of the service, beside where it finds the others
     */
    static Alone start(Path checkout, Path folder, int port, Service service, Map<String, String> settings) {
        Alone all = new Alone(checkout, folder, port, service);
        try {
            all.start(all.postgres);
            all.start(new BrokerPart(all.data, all.ports, all.programs.broker(all.data)));
            all.startService(service, all.ports.of(service), settings);
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Starts the service once more, beside what runs: a replica where it has a port of its own, which some other service would have. */
    void startService(Service service, int port, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("BERTH_BIND", "127.0.0.1");
        environment.put("BERTH_PORT", Integer.toString(port));
        environment.put("BERTH_DATABASE_URL", postgres.jdbcUrl());
        environment.put("BERTH_DATABASE_PASSWORD", data.secret(service.schema()));
        environment.put("BERTH_KAFKA", bootstrapServers());
        environment.put("BERTH_IDENTITY_SECRET", IDENTITY_SECRET);
        start(new ServicePart(data, service, port, programs.service(service), Map.copyOf(environment)));
    }

    /** Ends what was started last, in order. */
    void stopLast() {
        Running last = running.pop();
        Child.stop(
                last.child().identity(), last.part().stopSignal(), last.part().stopWithin());
    }

    /** The port of a service, whether it runs or not. */
    int portOf(Service service) {
        return ports.of(service);
    }

    /** Ends the service, which was started last, with {@code kill -9} and starts it anew. */
    void killAndStart() {
        Running service = running.pop();
        service.child().identity().handle().ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
        start(service.part());
    }

    private void start(Part part) {
        Child child = part.start();
        running.push(new Running(part, child));
        Wait.until(part.name() + " is ready", part.readyWithin(), () -> {
            if (!child.alive()) {
                throw new IllegalStateException(
                        "%s ended: %s".formatted(part.name(), part.log().lastLines(30)));
            }
            return part.ready();
        });
        part.prepare();
    }

    /** The broker. */
    String bootstrapServers() {
        return "127.0.0.1:" + ports.kafka();
    }

    /** Where the service listens. */
    URI base() {
        return base;
    }

    /** The database, in JDBC's words. */
    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    /** The password of a role of the database. */
    String password(String role) {
        return data.secret(role);
    }

    /** The processes of a service, the one that was started last first. */
    long[] pids(Service service) {
        return running.stream()
                .filter(one -> one.part().name().equals(service.schema()))
                .mapToLong(one -> one.child().identity().pid())
                .toArray();
    }

    /** The process of the service. */
    long pid() {
        return running.getFirst().child().identity().pid();
    }

    /** A connection to its database as the superuser, which can also read what the service wrote. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl() + "?reWriteBatchedInserts=true", "postgres", data.secret("postgres"));
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            stopLast();
        }
    }
}
