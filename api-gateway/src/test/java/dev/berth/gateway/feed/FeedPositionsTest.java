package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.schema.Cause;
import dev.berth.schema.Service;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.tenant.TenantReady;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.wire.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Positions on a real PostgreSQL: who reads "behind the last one" misses nothing, however writers race. */
@Tag("parts")
class FeedPositionsTest {
    private final TestDatabase database = TestDatabase.fresh(Service.GATEWAY);
    private final FeedRepository feed = new FeedRepository(database.dsl());
    private final AccountId account = AccountId.next();

    @AfterEach
    void close() {
        database.close();
    }

    private static FeedRepository.Draft draft(AccountId account) {
        TenantReady event = new TenantReady(account, "local", "net", "10.64.0.0/28", Instant.now());
        Envelope envelope = new Envelope(EventId.next(), Service.PROVISIONER, event, Cause.platform(Instant.now()));
        return new FeedRepository.Draft(envelope, FeedRules.entry(event).orElseThrow(), null);
    }

    /** Some work of a transaction that takes a while. */
    private static void linger(int mostMs) throws InterruptedException {
        boolean ignored =
                new CountDownLatch(1).await(ThreadLocalRandom.current().nextInt(mostMs + 1), TimeUnit.MILLISECONDS);
    }

    @Test
    void aReaderThatFollowsTheLastPositionMissesNoLateCommit() throws Exception {
        int writers = 6;
        int batches = 25;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                writing.add(pool.submit(() -> {
                    for (int batch = 0; batch < batches; batch++) {
                        database.dsl().transaction(tx -> {
                            linger(3);
                            feed.append(tx.dsl(), List.of(draft(account), draft(account)), Instant.now());
                            linger(6); // the position is taken, the commit is not there yet
                        });
                    }
                    return null;
                }));
            }
            List<EventId> read = new ArrayList<>();
            long last = 0;
            Instant until = Instant.now().plusSeconds(60);
            while (read.size() < writers * batches * 2 && Instant.now().isBefore(until)) {
                for (FeedRepository.Positioned row : feed.after(account, EventFilter.ALL, last, 100)) {
                    read.add(row.event().id());
                    last = row.position();
                }
            }
            for (Future<?> one : writing) {
                one.get();
            }
            assertThat(read).doesNotHaveDuplicates().hasSize(writers * batches * 2);
        }
    }

    @Test
    void watchersOfOneTailSeeEverythingOnceWhereverTheyBegin() throws Exception {
        FeedTail tail = new FeedTail(feed, database.dataSource());
        tail.start();
        int events = 120;
        List<ConcurrentLinkedQueue<EventId>> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> watching = new ArrayList<>();
            for (int watcher = 0; watcher < 8; watcher++) {
                ConcurrentLinkedQueue<EventId> mine = new ConcurrentLinkedQueue<>();
                seen.add(mine);
                watching.add(pool.submit(() -> {
                    linger(200);
                    try (FeedTail.Watch watch = tail.watch(account, EventFilter.ALL, 0)) {
                        while (done.getCount() > 0) {
                            watch.next(Duration.ofMillis(100)).forEach(event -> mine.add(event.id()));
                        }
                    }
                    return null;
                }));
            }
            try {
                for (int i = 0; i < events; i++) {
                    database.dsl().transaction(tx -> feed.append(tx.dsl(), List.of(draft(account)), Instant.now()));
                    database.dsl()
                            .transaction(tx -> feed.append(tx.dsl(), List.of(draft(AccountId.next())), Instant.now()));
                }
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> seen.stream().allMatch(mine -> mine.size() >= events));
            } finally {
                done.countDown(); // or the watchers would watch for ever
            }
            for (Future<?> one : watching) {
                one.get();
            }
        }
        tail.stop();
        List<EventId> expected = feed.after(account, EventFilter.ALL, 0, 1000).stream()
                .map(row -> row.event().id())
                .toList();
        assertThat(seen).allSatisfy(mine -> assertThat(mine).containsExactlyElementsOf(expected));
    }

    @Test
    void aWatcherThatFellBehindReadsTheDatabaseInstead() throws Exception {
        FeedTail tail = new FeedTail(feed, database.dataSource());
        tail.start();
        int events = 2600; // more than a watcher's buffer
        try (FeedTail.Watch watch = tail.watch(account, EventFilter.ALL, 0)) {
            assertThat(watch.next(Duration.ofMillis(10))).isEmpty();
            for (int i = 0; i < events; i += 100) {
                List<FeedRepository.Draft> drafts = new ArrayList<>();
                for (int n = 0; n < 100; n++) {
                    drafts.add(draft(account));
                }
                database.dsl().transaction(tx -> feed.append(tx.dsl(), drafts, Instant.now()));
            }
            List<EventId> seen = new ArrayList<>();
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                watch.next(Duration.ofMillis(200)).forEach(event -> seen.add(event.id()));
                return seen.size() >= events;
            });
            assertThat(seen).hasSize(events).doesNotHaveDuplicates();
        }
        tail.stop();
    }

    @Test
    void aTailThatWasStartedRunsHoweverSoonItsThreadDoes() {
        List<FeedTail> tails = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            FeedTail tail = new FeedTail(feed, database.dataSource());
            tail.start();
            tails.add(tail);
        }
        assertThat(tails).allMatch(FeedTail::isRunning);
        tails.forEach(FeedTail::stop);
        assertThat(tails).noneMatch(FeedTail::isRunning);
    }

    @Test
    void whatIsOlderThanTheRetentionIsForgottenAndTheRestStays() {
        database.dsl()
                .transaction(tx -> feed.append(
                        tx.dsl(), List.of(draft(account)), Instant.now().minus(Duration.ofDays(91))));
        database.dsl().transaction(tx -> feed.append(tx.dsl(), List.of(draft(account)), Instant.now()));
        assertThat(feed.forget(Instant.now().minus(Duration.ofDays(90)), 10)).isEqualTo(1);
        assertThat(feed.after(account, EventFilter.ALL, 0, 10)).hasSize(1);
    }
}
