package dev.berth.schema.wire;

import dev.berth.schema.Topic;
import dev.berth.schema.wire.OutboxTable.Pending;
import dev.berth.schema.wire.OutboxTable.Published;
import dev.berth.schema.wire.OutboxTable.Waiting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Carries a service's outbox to Kafka, in order per partition, woken by the commit itself (LISTEN/NOTIFY) and by a timer.
 * Any number of replicas may run one: a lease makes one of them the carrier, and a transactional producer of a fixed
 * {@code transactional.id} makes Kafka refuse whatever a former, paused carrier still sends. A row is marked published after
 * Kafka acknowledged it; a crash between the two publishes it again with the same event id.
 *
 * <p>Rows stay until every reader of their topic has confirmed them in {@code wire.checkpoint} and the retention is over. When
 * a topic's id changed or its log is shorter than what was published (Kafka lost it), the rows that are still here are published
 * again.
 *
 * <p>The carrier keeps one connection of the pool for itself, and ends the sessions of replicas that froze in the middle of a COPY
 * ({@link SilentCopies}), since it is what runs in every service.
 */
public final class OutboxRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final String LEASE = "relay";
    private static final Duration TERM = Duration.ofSeconds(5);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);
    private static final Duration STANDING_EVERY = Duration.ofSeconds(1);
    private static final int WAIT_MS = 500;
    private static final int BATCH_ROWS = 500;
    private static final long BATCH_BYTES = 4 << 20;
    private static final int PRUNE_ROWS = 200;
    private static final Duration PRUNE_ON_AFTER = Duration.ofMillis(100);

    private final Wire wire;
    private final Duration retention;
    private final OutboxTable table;
    private final Lease lease;
    private final List<Topic> topics;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
    private final Counter published;
    private final Counter refilled;
    private final Counter pruned;
    private final Timer latency;
    private volatile Status status = new Status(false, false, 0, Duration.ZERO, "not started");

    // Only the thread touches these.
    private OptionalLong fence = OptionalLong.empty();
    private @Nullable Connection listener;
    private @Nullable Admin admin;
    private @Nullable RelayProducer producer;
    private TopicIds topicIds = new TopicIds(Map.of());
    private final Map<TopicPartition, Long> lastOffsets = new HashMap<>();
    private long renewAt;
    private long checkAt;
    private long pruneAt;
    private long silentAt;
    private long standingAt;

    /**
     * What the relay says of itself.
     *
     * @param running whether its last round worked, as the carrier or beside another one
     * @param carrier whether this replica is the one that publishes
     * @param pending how many rows wait, as of the last second; counted up to 100,000
     * @param oldestAge how long the first of them has
     * @param detail why it does not run, or that another replica carries; otherwise empty
     */
    public record Status(boolean running, boolean carrier, long pending, Duration oldestAge, String detail) {}

    /**
     * A relay that does nothing yet.
     *
     * @param wire whose outbox
     * @param retention how long a published row stays at least; zero is allowed, readers are waited for in any case
     */
    public OutboxRelay(Wire wire, Duration retention) {
        this.wire = wire;
        this.retention = retention;
        table = new OutboxTable(wire.dsl());
        lease = new Lease(wire, LEASE, TERM);
        topics = Topics.writtenBy(wire.service());
        thread = Thread.ofPlatform()
                .name("relay-" + wire.service().schema())
                .daemon(true)
                .unstarted(this::run);
        String service = wire.service().schema();
        published = wire.meters().counter("berth.wire.published", "service", service);
        refilled = wire.meters().counter("berth.wire.refilled", "service", service);
        pruned = wire.meters().counter("berth.wire.pruned", "service", service);
        latency = wire.meters().timer("berth.wire.publish", "service", service);
        Gauge.builder("berth.wire.pending", this, relay -> relay.status.pending())
                .tag("service", service)
                .register(wire.meters());
    }

    /** Starts the thread; returns at once. The topics this service writes to are created when they are missing. */
    public void start() {
        stopped("starting");
        thread.start();
    }

    /** How it stands; cheap. */
    public Status status() {
        return status;
    }

    /** Stops after the batch in hand and gives the lease back. */
    @Override
    public void close() {
        closed.countDown();
        try {
            if (thread.isAlive() && !thread.join(Duration.ofSeconds(10))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void run() {
        while (!isClosed()) {
            try {
                round();
                backoff.reset();
            } catch (Throwable failure) {
                failed(failure);
                pause(backoff.next());
            }
        }
        dropKafka();
        dropListener();
        if (fence.isPresent()) {
            try {
                lease.release();
            } catch (RuntimeException e) {
                LOG.atInfo().setCause(e).log("the relay's lease could not be given back; it ends by itself");
            }
        }
        stopped("closed");
    }

    /** One activation: everything it needs is made, checked and renewed here, so any failure is mended by the next one. */
    private void round() throws SQLException {
        if (!holdLease()) {
            stand(false, "another replica carries");
            pause(Duration.ofMillis(WAIT_MS));
            return;
        }
        PGConnection notifications = listen();
        RelayProducer carrier = openProducer();
        if (System.nanoTime() - checkAt >= 0) {
            compareWithKafka();
        }
        if (System.nanoTime() - silentAt >= 0) {
            SilentCopies.end(wire.dsl());
            silentAt = System.nanoTime() + CHECK_EVERY.toNanos();
        }
        if (System.nanoTime() - pruneAt >= 0) {
            int rows = table.prune(topics, retention, PRUNE_ROWS);
            pruned.increment(rows);
            pruneAt = System.nanoTime() + (rows > 0 ? PRUNE_ON_AFTER : CHECK_EVERY).toNanos();
        }
        List<Pending> rows = table.pending(BATCH_ROWS, BATCH_BYTES);
        if (rows.isEmpty()) {
            stand(true, "");
            notifications.getNotifications(WAIT_MS);
            return;
        }
        long begun = System.nanoTime();
        List<Published> done;
        try {
            done = carrier.publish(rows, topicIds, lastOffsets);
        } catch (RelayProducer.LogCut cut) {
            LOG.atWarn().addKeyValue("reason", cut.getMessage()).log("Kafka lost a part of a log; refilling it");
            compareWithKafka();
            return;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        for (Pending row : rows) {
            latency.record(took.plusNanos((long) (row.ageSeconds() * 1e9)));
        }
        wire.dsl().transaction(configuration -> {
            lease.check(configuration.dsl(), fence.orElseThrow());
            table.markPublished(configuration.dsl(), done);
        });
        published.increment(rows.size());
        stand(true, "");
    }

    private boolean holdLease() {
        if (fence.isPresent() && System.nanoTime() - renewAt < 0) {
            return true;
        }
        OptionalLong now = lease.hold();
        renewAt = System.nanoTime() + TERM.toNanos() / 3;
        if (!now.equals(fence)) {
            dropKafka();
            fence = now;
            LOG.atInfo()
                    .addKeyValue("service", wire.service().schema())
                    .addKeyValue("fence", now)
                    .log(now.isPresent() ? "this replica carries the outbox" : "another replica carries the outbox");
        }
        return now.isPresent();
    }

    private PGConnection listen() throws SQLException {
        Connection connection = listener;
        if (connection == null) {
            connection = wire.dataSource().getConnection();
            listener = connection;
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                statement.execute("listen berth_outbox_" + wire.service().schema());
            }
        }
        return connection.unwrap(PGConnection.class);
    }

    private RelayProducer openProducer() {
        RelayProducer current = producer;
        if (current == null) {
            if (admin == null) {
                admin = Topics.admin(
                        wire.bootstrapServers(),
                        "berth.%s.relay.admin".formatted(wire.service().schema()));
            }
            topicIds = Topics.ensure(admin, topics);
            current = RelayProducer.open(wire.service(), wire.bootstrapServers());
            producer = current;
            checkAt = System.nanoTime();
            pruneAt = checkAt;
            silentAt = checkAt;
        }
        return current;
    }

    /** Marks what Kafka has lost as waiting, and learns the last offset of each partition. */
    private void compareWithKafka() {
        Admin client = java.util.Objects.requireNonNull(admin);
        topicIds = Topics.ensure(client, topics);
        Map<TopicPartition, Long> ends = Topics.ends(client, topics, IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> last = new HashMap<>();
        int rows = wire.dsl().transactionResult(configuration -> {
            lease.check(configuration.dsl(), fence.orElseThrow());
            int lost = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                Topic topic = Topic.named(end.getKey().topic());
                int partition = end.getKey().partition();
                String id = topicIds.of(topic);
                lost += table.refill(configuration.dsl(), topic, partition, id, end.getValue());
                table.lastOffset(configuration.dsl(), topic, partition)
                        .ifPresent(offset -> last.put(end.getKey(), offset));
            }
            return lost;
        });
        lastOffsets.clear();
        lastOffsets.putAll(last);
        checkAt = System.nanoTime() + CHECK_EVERY.toNanos();
        if (rows > 0) {
            refilled.increment(rows);
            LOG.atWarn()
                    .addKeyValue("service", wire.service().schema())
                    .addKeyValue("rows", rows)
                    .log("Kafka does not have what was published; the outbox publishes it again");
        }
    }

    private void failed(Throwable failure) {
        boolean fenced = failure instanceof Lease.Fenced
                || failure instanceof ProducerFencedException
                || failure instanceof InvalidProducerEpochException;
        dropKafka();
        renewAt = System.nanoTime();
        if (fenced) {
            fence = OptionalLong.empty();
        } else {
            dropListener();
        }
        String reason = Failures.textOf(failure);
        if (!isClosed()) {
            boolean news = !reason.equals(status.detail());
            LOG.atLevel(news ? Level.WARN : Level.DEBUG)
                    .addKeyValue("service", wire.service().schema())
                    .addKeyValue("reason", reason)
                    .log(fenced ? "another replica took the outbox over" : "the outbox waits");
            if (news && !(failure instanceof KafkaException) && !Failures.isTransient(failure)) {
                LOG.atError().setCause(failure).log("the relay met a defect");
            }
        }
        stopped(reason);
        try {
            Waiting waiting = table.waiting();
            status = new Status(false, false, waiting.pending(), waiting.oldestAge(), reason);
        } catch (DataAccessException e) {
            LOG.atDebug().setCause(e).log("the database is away, too");
        }
    }

    private void dropKafka() {
        RelayProducer oldProducer = producer;
        producer = null;
        if (oldProducer != null) {
            oldProducer.close();
        }
        Admin oldAdmin = admin;
        admin = null;
        if (oldAdmin != null) {
            oldAdmin.close(Duration.ZERO);
        }
    }

    private void dropListener() {
        Connection old = listener;
        listener = null;
        if (old == null) {
            return;
        }
        try (old;
                Statement statement = old.createStatement()) {
            statement.execute("unlisten *");
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("the connection that listened was gone");
        }
    }

    private void stand(boolean carrier, String detail) {
        if (System.nanoTime() - standingAt >= 0 || carrier != status.carrier() || !status.running()) {
            Waiting waiting = table.waiting();
            status = new Status(true, carrier, waiting.pending(), waiting.oldestAge(), detail);
            standingAt = System.nanoTime() + STANDING_EVERY.toNanos();
        }
    }

    private void stopped(String reason) {
        status = new Status(false, false, status.pending(), status.oldestAge(), reason);
    }

    private void pause(Duration duration) {
        try {
            if (closed.await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                Thread.interrupted();
            }
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }
}
