package dev.berth.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.Replica;
import dev.berth.gateway.SseReader;
import dev.berth.gateway.StandIns;
import dev.berth.gateway.feed.Streams;
import dev.berth.schema.wire.Json;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
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
import tools.jackson.databind.JsonNode;

/** As many watchers of the cost as a gateway is to carry: billing is asked once a second for all of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveCostTest extends GatewayTest {
    private static final int STREAMS = 1000;
    private static final int EACH = 20;
    private static final int SECONDS = 4;
    private static final String ASKED = "/internal/v1/operator/live";

    private Replica gateway;

    @BeforeAll
    void start() {
        Map<String, Object> settings = settings();
        settings.put("berth.feed.streams", STREAMS);
        settings.put("berth.feed.streams-per-account", EACH);
        settings.put("berth.feed.heartbeat", "15s");
        settings.put("berth.feed.look-every", "2s");
        gateway = new Replica(settings);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void aThousandWatchersAreToldEachSecondByOneQuestion() throws Exception {
        List<String> keys = IntStream.range(0, STREAMS / EACH)
                .mapToObj(_ -> api().signup().text("api_key.secret"))
                .toList();
        Map<SseReader, AtomicInteger> readers = new ConcurrentHashMap<>();
        // the readers close before the pool, which waits for them
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
                Closeable _ = () -> readers.keySet().forEach(SseReader::close)) {
            List<Future<?>> opening = new ArrayList<>();
            for (String key : keys) {
                opening.add(pool.submit(() -> {
                    for (int i = 0; i < EACH; i++) {
                        SseReader reader = new SseReader(
                                gateway.port(), "/v1/usage/live", "Authorization: Bearer " + key, null, 0);
                        assertThat(reader.status()).isEqualTo(200);
                        readers.put(reader, new AtomicInteger());
                    }
                }));
            }
            for (Future<?> one : opening) {
                one.get();
            }
            assertThat(gateway.part(Streams.class).count()).isEqualTo(STREAMS);
            readers.forEach((reader, read) -> pool.execute(() -> {
                while (reader.next(data -> read.addAndGet(data.contains("\"seconds_to_cap\":3600") ? 1 : 0)) != null) {
                    // until it is closed
                }
            }));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> readers.values().stream().allMatch(read -> read.get() > 0));
            long queries = gateway.queriesOf("api_key");
            int asked = StandIns.shared().callsTo(ASKED).size();
            int before = least(readers);
            await().atMost(Duration.ofSeconds(SECONDS * 3))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> least(readers) >= before + SECONDS);
            int questions = StandIns.shared().callsTo(ASKED).size() - asked;
            long made = gateway.queriesOf("api_key") - queries;
            System.out.printf("%d watchers: %d questions and %d queries of keys%n", STREAMS, questions, made);
            assertThat(questions).as("one a second, and no more").isLessThanOrEqualTo(SECONDS * 3);
            assertThat(made)
                    .as("whether all are still let in, a few for all of them")
                    .isLessThan(STREAMS / EACH);
            List<StandIns.Called> calls = StandIns.shared().callsTo(ASKED);
            JsonNode last = Json.mapper().readTree(calls.getLast().body());
            assertThat(last.path("accounts")).hasSize(STREAMS / EACH);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.part(Streams.class).count() == 0
                        && gateway.part(LiveUsage.class).watched() == 0);
        int idle = StandIns.shared().callsTo(ASKED).size();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> StandIns.shared().callsTo(ASKED).size() <= idle + 1);
    }

    private static int least(Map<SseReader, AtomicInteger> readers) {
        return readers.values().stream().mapToInt(AtomicInteger::get).min().orElse(0);
    }

    @Test
    void whoComesFirstIsAnsweredAtOnceAndWithoutBillingHearsWhy() {
        Api.Reply signup = api().signup();
        String header = "Authorization: Bearer " + signup.text("api_key.secret");
        try (SseReader reader = new SseReader(gateway.port(), "/v1/usage/live", header, null, 0)) {
            AtomicInteger seen = new AtomicInteger();
            reader.next(data -> seen.addAndGet(data.contains("\"cap\"") ? 1 : 0));
            assertThat(seen.get()).isOne();
            StandIns.shared().instead(ASKED, (exchange, _) -> exchange.sendResponseHeaders(500, -1));
            AtomicInteger why = new AtomicInteger();
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                reader.next(data -> why.addAndGet(data.contains("billing answered 500") ? 1 : 0));
                return why.get() > 0;
            });
        } finally {
            StandIns.shared().mend();
        }
    }
}
