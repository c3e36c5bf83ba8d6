package dev.berth.bench.ring;

import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Identity;
import dev.berth.schema.wire.IdentitySigner;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The metering service as it is shipped, with its real database and broker and nobody else on the machine. */
public final class MeteringAlone implements AutoCloseable {
    private final Alone alone;

    private MeteringAlone(Alone alone) {
        this.alone = alone;
    }

    /** Starts PostgreSQL, the broker and metering, and waits until metering is ready. */
    public static MeteringAlone start(Path checkout, Path folder, int port) {
        return start(checkout, folder, port, Map.of());
    }

    /** The same with settings of metering. */
    public static MeteringAlone start(Path checkout, Path folder, int port, Map<String, String> settings) {
        return new MeteringAlone(Alone.start(checkout, folder, port, Service.METERING, settings));
    }

    /** Ends metering and starts it anew, as it is shipped. */
    public void startAnew() {
        alone.stopLast();
        alone.startService(Service.METERING, alone.portOf(Service.METERING), Map.of());
    }

    /** Starts a second replica; it shares the partitions as soon as the broker has given it some. */
    public void startReplica() {
        alone.startService(Service.METERING, alone.portOf(Service.PROVISIONER), Map.of());
    }

    /** The broker. */
    public String bootstrapServers() {
        return alone.bootstrapServers();
    }

    /** Metering's own API, as an account that the gateway would have let in. */
    public Api as(AccountId account) {
        String token = new IdentitySigner(Alone.IDENTITY_SECRET, InstantSource.system())
                .sign(new Identity(account, "usr_bench", OperationId.next().toString(), false));
        return new Api(alone.base(), Map.of(Identity.HEADER, token));
    }

    /** Metering's own API as the operator; an answer may take half an hour. */
    public Api asOperator() {
        String token = new IdentitySigner(Alone.IDENTITY_SECRET, InstantSource.system())
                .sign(new Identity(null, "operator", OperationId.next().toString(), true));
        return new Api(alone.base(), Map.of(Identity.HEADER, token), Duration.ofMinutes(30));
    }

    /** The processes of the service. */
    public long[] pids() {
        return alone.pids(Service.METERING);
    }

    /** A connection to its database as the superuser, which can also read what metering wrote. */
    public Connection connect() throws SQLException {
        return alone.connect();
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
        alone.close();
    }
}
