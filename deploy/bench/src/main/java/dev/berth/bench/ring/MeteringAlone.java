package dev.berth.bench.ring;

import dev.berth.launcher.child.Child;
import dev.berth.launcher.data.DataDirectory;
import dev.berth.launcher.part.BrokerPart;
import dev.berth.launcher.part.Part;
import dev.berth.launcher.part.Ports;
import dev.berth.launcher.part.PostgresPart;
import dev.berth.launcher.part.Programs;
import dev.berth.launcher.part.ServicePart;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The metering service as it is shipped, with its real database and broker and nobody else on the machine. */
public final class MeteringAlone implements AutoCloseable {
    private static final String IDENTITY_SECRET = "of-the-benchmark-only-and-long-enough";

    private record Running(Part part, Child child) {}

    private final DataDirectory data;
    private final Ports ports;
    private final PostgresPart postgres;
    private final Deque<Running> running = new ArrayDeque<>();
    private final URI base;

    private MeteringAlone(Path folder, int port) {
        data = DataDirectory.at(folder).create();
        ports = new Ports(port);
        postgres = new PostgresPart(data, ports.postgres());
        base = URI.create("http://127.0.0.1:%d".formatted(ports.of(Service.METERING)));
    }

    /** Starts PostgreSQL, the broker and metering, and waits until metering is ready. */
    public static MeteringAlone start(Path checkout, Path folder, int port) {
        MeteringAlone all = new MeteringAlone(folder, port);
        try {
            Programs programs = Programs.of(checkout, all.data);
            all.start(all.postgres);
            all.start(new BrokerPart(all.data, all.ports, programs.broker(all.data)));
            all.start(new ServicePart(
                    all.data,
                    Service.METERING,
                    all.ports.of(Service.METERING),
                    programs.service(Service.METERING),
                    Map.of(
                            "BERTH_BIND", "127.0.0.1",
                            "BERTH_PORT", Integer.toString(all.ports.of(Service.METERING)),
                            "BERTH_DATABASE_URL", all.postgres.jdbcUrl(),
                            "BERTH_DATABASE_PASSWORD", all.data.secret(Service.METERING.schema()),
                            "BERTH_KAFKA", all.bootstrapServers(),
                            "BERTH_IDENTITY_SECRET", IDENTITY_SECRET)));
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
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
    public String bootstrapServers() {
        return "127.0.0.1:" + ports.kafka();
    }

    /** Metering's own API, as an account that the gateway would have let in. */
    public Api as(AccountId account) {
        String token = new IdentitySigner(IDENTITY_SECRET, InstantSource.system())
                .sign(new Identity(account, "usr_bench", OperationId.next().toString(), false));
        return new Api(base, Map.of(Identity.HEADER, token));
    }

    /** The process of the service. */
    public long pid() {
        return running.getFirst().child().identity().pid();
    }

    /** A connection to its database as the superuser, which can also read what metering wrote. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl() + "?reWriteBatchedInserts=true", "postgres", data.secret("postgres"));
    }

    /** How many events of the containers' topic are not yet committed with their effect. */
    public long lag(Connection connection, Map<Integer, Long> ends) throws SQLException {
        Map<Integer, Long> done = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "select partition, next_offset from wire.checkpoint where consumer = ? and topic = ?")) {
            statement.setString(1, Consumer.METERING_INTERVAL.groupName());
            statement.setString(2, Topic.CONTAINER.topicName());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    done.put(row.getInt(1), row.getLong(2));
                }
            }
        }
        long lag = 0;
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            lag += end.getValue() - done.getOrDefault(end.getKey(), 0L);
        }
        return lag;
    }

    /** The end of the containers' topic, by partition. */
    public Map<Integer, Long> ends() {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            asked.put(new TopicPartition(Topic.CONTAINER.topicName(), partition), OffsetSpec.latest());
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            Map<Integer, Long> ends = new HashMap<>();
            admin.listOffsets(asked).all().get().forEach((at, end) -> ends.put(at.partition(), end.offset()));
            return ends;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not say how long its log is", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            Running last = running.pop();
            Child.stop(
                    last.child().identity(),
                    last.part().stopSignal(),
                    last.part().stopWithin());
        }
    }
}
