package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.Replica;
import dev.berth.gateway.SseReader;
import dev.berth.schema.id.AccountId;
import java.io.Closeable;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;

/** As many streams as a gateway is to carry, all at once on one, with its usual settings but for what is said here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyStreamsTest extends GatewayTest {
    private static final int STREAMS = 1000;
    private static final int EACH = 20;
    private static final Duration TO_ALL = Duration.ofSeconds(5);
    private static final int MOST_QUERIES = 40; // fewer than there are accounts, and a look of twice a second beside
    private static final int MOST_THREADS = 40;
    private static final long MOST_BYTES_A_STREAM = 384 * 1024; // of both sides, since both are here

    @Autowired
    private FeedRepository feed;

    private Replica gateway;

    private record Account(AccountId id, String key) {
        String credential() {
            return "Authorization: Bearer " + key;
        }
    }

    @BeforeAll
    void start() {
        Map<String, Object> settings = settings();
        settings.put("berth.feed.streams", STREAMS);
        settings.put("berth.feed.streams-per-account", EACH);
        settings.put("berth.feed.heartbeat", "15s");
        settings.put("berth.feed.look-every", "2s");
        settings.put("server.tomcat.connection-timeout", "3s");
        gateway = new Replica(settings);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    private Account account() {
        Api.Reply signup = api().signup();
        return new Account(AccountId.parse(signup.text("account.id")), signup.text("api_key.secret"));
    }

    private SseReader open(Account account, int receiveBytes) {
        return new SseReader(gateway.port(), "/v1/events", account.credential(), null, receiveBytes);
    }

    private void tell(List<AccountId> accounts, String text) {
        dsl.transaction(tx -> accounts.forEach(one -> feed.tell(tx.dsl(), ResumeTest.event(one, text), Instant.now())));
    }

    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void refused(Account account, int limit) {
        Api.Reply reply = gateway.api()
                .key(account.key)
                .with("Accept", "text/event-stream")
                .get("/v1/events")
                .expect(429);
        assertThat(reply.text("code")).isEqualTo("busy");
        assertThat(reply.text("limit")).isEqualTo(Integer.toString(limit));
        assertThat(reply.text("hint")).isNotEmpty();
        assertThat(reply.header("Retry-After")).isEqualTo("5");
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
    }

    @Test
    void aThousandStreamsAreToldOfOneEventEachByAFewQueries() throws Exception {
        List<Account> accounts =
                IntStream.range(0, STREAMS / EACH).mapToObj(_ -> account()).toList();
        Account late = account();
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        accounts.stream().allMatch(one -> feed.standing(one.id).position() > 0));
        Map<SseReader, AtomicInteger> readers = new ConcurrentHashMap<>();
        long bytes = usedBytes();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        // the readers close before the pool, which waits for them
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
                Closeable _ = () -> readers.keySet().forEach(SseReader::close)) {
            List<Future<?>> opening = new ArrayList<>();
            for (Account account : accounts) {
                opening.add(pool.submit(() -> {
                    for (int i = 0; i < EACH; i++) {
                        SseReader reader = open(account, 0);
                        assertThat(reader.status()).isEqualTo(200);
                        reader.standing();
                        readers.put(reader, new AtomicInteger());
                    }
                    if (account.equals(accounts.getFirst())) {
                        refused(account, EACH);
                    }
                }));
            }
            for (Future<?> one : opening) {
                one.get();
            }
            assertThat(gateway.part(Streams.class).count()).isEqualTo(STREAMS);
            refused(late, STREAMS);

            readers.forEach((reader, read) -> pool.execute(() -> {
                while (reader.next(data -> read.addAndGet(data.contains("\"to all\"") ? 1 : 0)) != null) {
                    // until it is closed
                }
            }));
            long queries = gateway.queriesOf("feed_event");
            long begun = System.nanoTime();
            tell(accounts.stream().map(Account::id).toList(), "to all");
            await().atMost(TO_ALL)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> readers.values().stream().allMatch(read -> read.get() == 1));
            long tookMs = (System.nanoTime() - begun) / 1_000_000;
            long made = gateway.queriesOf("feed_event") - queries;
            int more = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
            long each = (usedBytes() - bytes) / STREAMS;
            System.out.printf(
                    "%d streams had one event each after %d ms and %d queries; %d threads more, %d bytes a stream%n",
                    STREAMS, tookMs, made, more, each);
            assertThat(made).isLessThan(MOST_QUERIES);
            assertThat(more).isLessThan(MOST_THREADS);
            assertThat(each).isLessThan(MOST_BYTES_A_STREAM);
            assertThat(readers.values()).allMatch(read -> read.get() == 1);
        }
        tell(accounts.stream().map(Account::id).toList(), "after all"); // what is written finds out that they are gone
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.part(Streams.class).count() == 0);
    }

    @Test
    void whoReadsNothingHoldsUpNobodyAndIsCut() throws Exception {
        Account slow = account();
        Account other = account();
        Streams streams = gateway.part(Streams.class);
        int before = streams.count();
        AtomicInteger sameRead = new AtomicInteger();
        AtomicInteger otherRead = new AtomicInteger();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
                SseReader asleep = open(slow, 4096);
                SseReader same = open(slow, 0);
                SseReader elsewhere = open(other, 0)) {
            List.of(asleep, same, elsewhere).forEach(SseReader::standing);
            assertThat(streams.count()).isEqualTo(before + 3);
            pool.execute(() -> {
                while (same.next(data -> sameRead.addAndGet(data.contains("\"big") ? 1 : 0)) != null) {
                    // until it is closed
                }
            });
            pool.execute(() -> {
                while (elsewhere.next(data -> otherRead.addAndGet(data.contains("\"small") ? 1 : 0)) != null) {
                    // until it is closed
                }
            });
            int batches = 60;
            int each = 40;
            String big = "big" + "x".repeat(6000); // more in all than the kernel keeps for who does not read
            for (int i = 1; i <= batches; i++) {
                tell(Collections.nCopies(each, slow.id), big);
                tell(List.of(other.id), "small");
                int told = i;
                await().atMost(Duration.ofSeconds(5))
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> otherRead.get() == told);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> sameRead.get() == batches * each);
            await().atMost(Duration.ofSeconds(20)).until(() -> streams.count() == before + 2);
        }
    }
}
