package dev.berth.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.Api;
import dev.berth.gateway.GatewayTest;
import dev.berth.gateway.Replica;
import dev.berth.gateway.SseReader;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.wire.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** A reader that comes back with its last id sees each event once and in order, whatever breaks between. */
class ResumeTest extends GatewayTest {
    private static final int WRITERS = 4;
    private static final int RESTARTS = 2;
    private static final Duration AT_MOST = Duration.ofSeconds(150);

    @Autowired
    private FeedRepository feed;

    @Value("${local.server.port}")
    private int port;

    private final AtomicInteger otherPort = new AtomicInteger();

    static FeedEvent event(AccountId account, String text) {
        Instant now = Instant.now();
        return new FeedEvent(
                EventId.next(),
                "account.opened",
                now,
                account,
                account.toString(),
                null,
                "berth",
                new FeedEvent.Origin("op_01kb5v8f7vf3sbj8gq1cq5a3de", "berth", now, null),
                Json.mapper().createObjectNode().put("text", text));
    }

    /** Writes until told to stop, in transactions that take their time before and after they have their positions. */
    private Void write(AccountId account, AtomicBoolean stop) throws InterruptedException {
        while (!stop.get()) {
            linger(20);
            dsl.transaction(tx -> {
                linger(4);
                int events = 1 + ThreadLocalRandom.current().nextInt(3);
                for (int i = 0; i < events; i++) {
                    feed.tell(tx.dsl(), event(account, "e" + i), Instant.now());
                }
                linger(5); // the positions are taken, the commit is not there yet
            });
        }
        return null;
    }

    private static void linger(int mostMs) throws InterruptedException {
        boolean ignored =
                new CountDownLatch(1).await(ThreadLocalRandom.current().nextInt(mostMs + 1), TimeUnit.MILLISECONDS);
    }

    /** Another gateway on the same database, ended and started again while its streams are read. */
    private Void restart(AtomicBoolean stop) throws InterruptedException {
        for (int i = 0; i < RESTARTS; i++) {
            try (Replica other = new Replica(settings())) {
                otherPort.set(other.port());
                boolean ignored = new CountDownLatch(1).await(3, TimeUnit.SECONDS); // it serves for a while
            } finally {
                otherPort.set(0);
            }
        }
        stop.set(true);
        return null;
    }

    @Test
    void seesEachEventOnceAndInOrderOverManyConnectionsAndRestarts() throws Exception {
        Api.Reply signup = api().signup();
        AccountId account = AccountId.parse(signup.text("account.id"));
        String credential = "Authorization: Bearer " + signup.text("api_key.secret");
        String last;
        try (SseReader first = new SseReader(port, "/v1/events", credential, null, 0)) {
            first.standing();
            last = first.lastId(); // and leaves before its first event
        }
        String begun = last;
        AtomicBoolean stop = new AtomicBoolean();
        Random random = new Random(20261130);
        List<String> seen = new ArrayList<>();
        int connections = 0;
        int toOther = 0;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> working = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                working.add(pool.submit(() -> write(account, stop)));
            }
            working.add(pool.submit(() -> restart(stop)));
            Instant until = Instant.now().plus(AT_MOST);
            try {
                while (!(working.stream().allMatch(Future::isDone)
                        && seen.size() >= after(account, begun).size())) {
                    assertThat(Instant.now()).isBefore(until);
                    int other = otherPort.get();
                    boolean elsewhere = other != 0 && random.nextInt(3) > 0;
                    last = read(elsewhere ? other : port, credential, last, random.nextInt(12), seen);
                    connections++;
                    toOther += elsewhere ? 1 : 0;
                }
            } finally {
                stop.set(true);
            }
            for (Future<Void> one : working) {
                one.get();
            }
        }
        List<String> expected = after(account, begun);
        assertThat(seen).hasSizeGreaterThan(500).containsExactlyElementsOf(expected);
        assertThat(connections).isGreaterThan(50);
        assertThat(toOther).isGreaterThan(5);
    }

    private List<String> after(AccountId account, String begun) {
        long position = feed.positionOf(account, EventId.parse(begun)).orElse(0L);
        return feed.after(account, EventFilter.ALL, position, 1_000_000).stream()
                .map(row -> row.event().id().toString())
                .toList();
    }

    /** Reads some events on one connection, fewer when it breaks or nothing more comes; answers the last id. */
    private static String read(int port, String credential, String last, int most, List<String> seen) {
        try (SseReader reader = new SseReader(port, "/v1/events", credential, last, 0)) {
            if (reader.status() != 200) {
                return last; // it is stopping
            }
            reader.silence(Duration.ofMillis(300));
            String read = last;
            for (int i = 0; i < most; i++) {
                String id = reader.next(_ -> {});
                if (id == null) {
                    break;
                }
                seen.add(id);
                read = id;
            }
            return read;
        } catch (UncheckedIOException gone) {
            return last;
        }
    }
}
