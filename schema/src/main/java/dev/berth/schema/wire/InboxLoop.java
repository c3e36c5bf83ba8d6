package dev.berth.schema.wire;

import dev.berth.schema.Consumer;
import dev.berth.schema.Topic;
import dev.berth.schema.wire.InboxTable.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The thread of an inbox. A partition that is assigned is <em>adrift</em> (paused) until the database and Kafka have said where to
 * read on; anything that goes wrong sets partitions adrift again, so there is one way to recover. While the database is away the
 * loop keeps polling the paused partitions, so that the group is not rebalanced for it.
 */
final class InboxLoop implements Runnable, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(InboxLoop.class);
    private static final Duration IDLE_POLL = Duration.ofMillis(250);
    private static final long SECOND = 1_000_000_000L;

    /** How far apart batches begin while events come one upon the other; what a transaction costs is shared by those in between. */
    private static final long GATHER = SECOND / 10;

    /** Batches smaller than this are no stream, and batches larger than that are large enough: both go on at once. */
    private static final int FEW = 4;

    private static final int LARGE = 250;

    private static final long WATCH_EVERY = 5 * SECOND;
    private static final long ANSWER_WITHIN = 10 * SECOND;

    private final Wire wire;
    private final Consumer consumer;
    private final InboxTable table;
    private final InboxBatch batch;
    private final int maxBatch;
    private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

    /** The offset up to which everything was applied, of each partition that is ours. */
    private final Map<TopicPartition, Long> progress = new ConcurrentHashMap<>();

    private volatile boolean closed;
    private volatile boolean joined;
    private volatile boolean kafkaAway;
    private volatile @Nullable String trouble = "starting";
    private volatile int adriftCount;
    private volatile long lag;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> kafka;

    // Only the thread touches these.
    private @Nullable Admin admin;
    private final Map<TopicPartition, Position> believed = new HashMap<>();
    private final Set<TopicPartition> adrift = new HashSet<>();
    private final Set<String> knownHeaders = new HashSet<>();
    private @Nullable KafkaFuture<Map<String, TopicDescription>> described;
    private long describeAt;
    private long retryAt = System.nanoTime();
    private long idleAt;
    private long begunAt = System.nanoTime();
    private boolean gathering;

    InboxLoop(Wire wire, Consumer consumer, InboxTable table, InboxBatch batch, int maxBatch) {
        this.wire = wire;
        this.consumer = consumer;
        this.table = table;
        this.batch = batch;
        this.maxBatch = maxBatch;
    }

    /** Asks the thread to end after the batch in hand. Any thread. */
    void stop() {
        closed = true;
        KafkaConsumer<byte[], byte[]> current = kafka;
        if (current != null) {
            current.wakeup();
        }
    }

    /** How it stands. Any thread. */
    Inbox.Status status() {
        String why = trouble;
        if (why == null) {
            why = kafkaAway
                    ? "Kafka does not answer"
                    : !joined ? "joining the group" : adriftCount > 0 ? "finding its place" : "";
        }
        return new Inbox.Status(why.isEmpty() && lag < Inbox.MAX_LAG, lag, why);
    }

    /** Up to where everything was applied here; null for a partition that is not ours. Any thread. */
    @Nullable
    Long progress(TopicPartition partition) {
        return progress.get(partition);
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                turn();
            } catch (WakeupException _) {
                // stop() was called
            } catch (InboxBatch.Moved moved) {
                LOG.atInfo()
                        .addKeyValue("consumer", consumer.groupName())
                        .log("another replica went on with a partition; this one drops its batch");
                setAdrift(
                        Set.copyOf(believed.keySet())); // the fetcher is past the whole batch, not only past what moved
            } catch (Throwable failure) {
                failed(failure);
            }
        }
        drop(Duration.ofSeconds(5));
        trouble = "closed";
    }

    private void turn() {
        long now = System.nanoTime();
        KafkaConsumer<byte[], byte[]> current = kafka;
        if (current == null) {
            if (now - retryAt < 0) {
                await(Duration.ofNanos(retryAt - now));
                return;
            }
            current = open();
        }
        gather(now);
        if (now - retryAt < 0) {
            ConsumerRecords<byte[], byte[]> none = current.poll(Duration.ofNanos(Math.min(retryAt - now, SECOND / 10)));
            setAdrift(none.partitions());
            return;
        }
        position(current);
        watchTopics(current);
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = current.poll(adrift.isEmpty() ? IDLE_POLL : Duration.ofMillis(20));
        } catch (OffsetOutOfRangeException lost) {
            rewind(current, lost);
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> ours = ours(records);
        if (!ours.isEmpty()) {
            lag = ours.size() + behind(current); // known before a long batch is done, for whoever stands back meanwhile
            long begun = System.nanoTime();
            gathering = begun - begunAt < 2 * GATHER && ours.size() >= FEW && ours.size() < LARGE;
            begunAt = begun;
            batch.apply(ours, believed);
            observe(current, records.partitions());
        } else {
            idle(current);
        }
        trouble = null;
        backoff.reset();
    }

    /** An event alone is taken at once; of a stream of them, ten batches a second. */
    private void gather(long now) {
        if (gathering && !closed) {
            LockSupport.parkNanos(begunAt + GATHER - now);
        }
    }

    private KafkaConsumer<byte[], byte[]> open() {
        Admin client = admin;
        if (client == null) {
            client = Topics.admin(wire.bootstrapServers(), consumer.groupName() + ".admin");
            admin = client;
        }
        Topics.ensure(client, consumer.topics());
        KafkaConsumer<byte[], byte[]> opened = InboxConsumer.open(wire.bootstrapServers(), consumer, maxBatch);
        kafka = opened;
        opened.subscribe(consumer.topics().stream().map(Topic::topicName).toList(), this);
        describeAt = System.nanoTime() + WATCH_EVERY;
        return opened;
    }

    /** Finds the place of what is adrift: the stored one in the same log, otherwise the beginning of what is there. */
    private void position(KafkaConsumer<byte[], byte[]> current) {
        if (adrift.isEmpty()) {
            return;
        }
        TopicIds ids = Topics.ensure(Objects.requireNonNull(admin), consumer.topics());
        Map<TopicPartition, Position> stored = table.stored(wire.dsl(), adrift, false);
        Map<TopicPartition, Position> begin = new HashMap<>();
        for (TopicPartition partition : adrift) {
            String id = ids.of(Topic.named(partition.topic()));
            Position position = stored.get(partition);
            if (position == null || !position.topicId().equals(id)) {
                begin.put(partition, new Position(id, 0, Optional.empty()));
            }
        }
        if (!begin.isEmpty()) {
            table.advance(wire.dsl(), begin);
        }
        for (TopicPartition partition : adrift) {
            Position position = Objects.requireNonNull(begin.getOrDefault(partition, stored.get(partition)));
            believed.put(partition, position);
            if (position.nextOffset() == 0) {
                current.seekToBeginning(List.of(partition));
            } else {
                current.seek(partition, new OffsetAndMetadata(position.nextOffset(), position.leaderEpoch(), ""));
            }
        }
        current.resume(adrift);
        adrift.clear();
        adriftCount = 0;
    }

    /** The log no longer has what we want to read: go on where it parted from what we know, else read again what is left. */
    private void rewind(KafkaConsumer<byte[], byte[]> current, OffsetOutOfRangeException lost) {
        Map<TopicPartition, Position> rewound = new HashMap<>();
        for (TopicPartition partition : lost.partitions()) {
            Position position = believed.get(partition);
            if (position == null) {
                continue;
            }
            OffsetAndMetadata parted = lost instanceof LogTruncationException cut
                    ? cut.divergentOffsets().get(partition)
                    : null;
            rewound.put(
                    partition,
                    parted == null
                            ? new Position(position.topicId(), 0, Optional.empty())
                            : new Position(position.topicId(), parted.offset(), parted.leaderEpoch()));
        }
        LOG.atWarn()
                .addKeyValue("consumer", consumer.groupName())
                .addKeyValue("positions", rewound)
                .log("Kafka lost a part of a log; reading it again from there");
        wire.dsl().transaction(configuration -> batch.moveTo(configuration.dsl(), rewound, believed));
        setAdrift(lost.partitions());
        position(current);
    }

    /** Drops what is not ours to apply now: of partitions adrift, and of a log that is not the one we know. */
    private List<ConsumerRecord<byte[], byte[]>> ours(ConsumerRecords<byte[], byte[]> records) {
        List<ConsumerRecord<byte[], byte[]>> ours = new ArrayList<>(records.count());
        for (TopicPartition partition : records.partitions()) {
            Position position = believed.get(partition);
            if (position == null || adrift.contains(partition)) {
                setAdrift(Set.of(partition));
                continue;
            }
            List<ConsumerRecord<byte[], byte[]>> some = records.records(partition);
            if (isOfKnownLog(some, partition, position)) {
                ours.addAll(some);
            } else {
                setAdrift(Set.of(partition));
            }
        }
        return ours;
    }

    private boolean isOfKnownLog(
            List<ConsumerRecord<byte[], byte[]>> records, TopicPartition partition, Position position) {
        byte[] before = null;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Header id = record.headers().lastHeader(EnvelopeHeaders.TOPIC_ID);
            if (id == null || Arrays.equals(before, id.value())) {
                continue;
            }
            before = id.value();
            String header = EnvelopeHeaders.text(record.headers(), EnvelopeHeaders.TOPIC_ID);
            if (header == null || header.equals(position.topicId()) || knownHeaders.contains(header)) {
                continue;
            }
            Topic topic = Topic.named(partition.topic());
            TopicIds ids = Topics.idsOf(Objects.requireNonNull(admin), List.of(topic));
            if (!position.topicId().equals(ids.of(topic))) {
                return false;
            }
            knownHeaders.add(header); // written by a relay that did not know of the new log yet
        }
        return true;
    }

    /** Stores how far we are past markers and dropped records, at most once a second. */
    private void idle(KafkaConsumer<byte[], byte[]> current) {
        observe(current, believed.keySet());
        if (System.nanoTime() - idleAt < 0) {
            return;
        }
        idleAt = System.nanoTime() + SECOND;
        Map<TopicPartition, Position> moved = new HashMap<>();
        believed.forEach((partition, position) -> {
            Long here = progress.get(partition);
            if (here != null && here > position.nextOffset() && !adrift.contains(partition)) {
                moved.put(partition, new Position(position.topicId(), here, position.leaderEpoch()));
            }
        });
        if (!moved.isEmpty()) {
            wire.dsl().transaction(configuration -> batch.moveTo(configuration.dsl(), moved, believed));
            believed.putAll(moved);
        }
    }

    private void observe(KafkaConsumer<byte[], byte[]> current, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            if (believed.containsKey(partition) && !adrift.contains(partition)) {
                progress.put(partition, current.position(partition, Duration.ofSeconds(1)));
            }
        }
        lag = behind(current);
    }

    /** How many records are not fetched yet. */
    private long behind(KafkaConsumer<byte[], byte[]> current) {
        long behind = 0;
        for (TopicPartition partition : believed.keySet()) {
            behind += current.currentLag(partition).orElse(0);
        }
        return behind;
    }

    /** Every few seconds: is Kafka there, and are the logs still those we know? Does not wait for the answer. */
    private void watchTopics(KafkaConsumer<byte[], byte[]> current) {
        long now = System.nanoTime();
        KafkaFuture<Map<String, TopicDescription>> answer = described;
        if (answer == null) {
            if (now - describeAt >= 0) {
                described = Topics.describe(Objects.requireNonNull(admin), consumer.topics());
                describeAt = now + ANSWER_WITHIN;
            }
            return;
        }
        if (!answer.isDone()) {
            kafkaAway |= now - describeAt >= 0;
            return;
        }
        described = null;
        describeAt = now + WATCH_EVERY;
        TopicIds ids;
        try {
            ids = Topics.idsOf(Topics.await(answer));
        } catch (UnknownTopicOrPartitionException e) {
            ids = Topics.ensure(Objects.requireNonNull(admin), consumer.topics());
        } catch (RetriableException e) {
            kafkaAway = true;
            return;
        }
        kafkaAway = false;
        TopicIds known = ids;
        Set<TopicPartition> other = new HashSet<>();
        believed.forEach((partition, position) -> {
            if (!position.topicId().equals(known.of(Topic.named(partition.topic())))) {
                other.add(partition);
            }
        });
        setAdrift(other);
        position(current);
    }

    private void setAdrift(Collection<TopicPartition> partitions) {
        KafkaConsumer<byte[], byte[]> current = kafka;
        if (current == null || partitions.isEmpty()) {
            return;
        }
        Set<TopicPartition> assigned = current.assignment();
        for (TopicPartition partition : partitions) {
            if (assigned.contains(partition)) {
                current.pause(List.of(partition));
                adrift.add(partition);
                progress.remove(partition);
            }
        }
        adriftCount = adrift.size();
    }

    private void failed(Throwable failure) {
        Duration wait = backoff.next();
        retryAt = System.nanoTime() + wait.toNanos();
        String reason = Failures.textOf(failure);
        boolean news = !reason.equals(trouble);
        trouble = reason;
        if (closed) {
            return;
        }
        LOG.atLevel(news ? Level.WARN : Level.DEBUG)
                .addKeyValue("consumer", consumer.groupName())
                .addKeyValue("reason", reason)
                .addKeyValue("retry_ms", wait.toMillis())
                .log("a consumer waits");
        boolean ofKafka = failure instanceof KafkaException && !(failure instanceof RetriableException);
        if (news && !ofKafka && !Failures.isTransient(failure)) {
            LOG.atError().setCause(failure).log("a consumer met a defect; it tries again");
        }
        if (ofKafka) {
            drop(Duration.ofSeconds(1));
        } else {
            setAdrift(Set.copyOf(believed.keySet()));
        }
    }

    private void drop(Duration within) {
        KafkaConsumer<byte[], byte[]> old = kafka;
        kafka = null;
        joined = false;
        described = null;
        try {
            if (old != null) {
                old.close(CloseOptions.timeout(within));
            }
        } catch (KafkaException e) {
            LOG.atDebug().setCause(e).log("a consumer did not close well");
        }
        Admin oldAdmin = admin;
        admin = null;
        if (oldAdmin != null) {
            oldAdmin.close(Duration.ZERO);
        }
        forget(Set.copyOf(believed.keySet()));
        forget(Set.copyOf(adrift));
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            believed.remove(partition);
            adrift.remove(partition);
            progress.remove(partition);
        }
        adriftCount = adrift.size();
    }

    private static void await(Duration duration) {
        LockSupport.parkNanos(Math.min(duration.toNanos(), SECOND / 10));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        KafkaConsumer<byte[], byte[]> current = Objects.requireNonNull(kafka);
        for (TopicPartition partition : partitions) {
            current.seek(partition, 0); // any place: without one, the client would ask the broker for it
        }
        setAdrift(partitions);
        joined = true;
        try {
            position(current);
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("the place is found later");
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        forget(partitions);
        joined = false;
    }
}
