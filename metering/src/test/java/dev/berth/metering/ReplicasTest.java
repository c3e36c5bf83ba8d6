package dev.berth.metering;

import static dev.berth.metering.interval.Story.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.metering.interval.IntervalListener;
import dev.berth.metering.interval.Story;
import dev.berth.metering.usage.UsageLoop;
import dev.berth.metering.usage.UsageProperties;
import dev.berth.schema.Consumer;
import dev.berth.schema.Service;
import dev.berth.schema.container.Alive;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.testing.TestKafka;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Inbox;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two replicas on one database: they share the work, come and go, and what they leave behind is as if one had never stopped. */
@Tag("parts")
class ReplicasTest {
    private static final String KAFKA = TestKafka.shared().clean().bootstrapServers();

    private static Upstream provisioner;
    private static final Map<ContainerId, Instant> ENDS = new HashMap<>();

    @BeforeAll
    static void tellAStory() {
        provisioner = new Upstream(Service.PROVISIONER, KAFKA);
    }

    @AfterAll
    static void close() {
        provisioner.close();
    }

    @Test
    void replicasThatComeAndGoLeaveWhatOneWouldHaveLeft() {
        try (TestDatabase shared = TestDatabase.fresh(Service.METERING);
                TestDatabase alone = TestDatabase.fresh(Service.METERING)) {
            Replica first = new Replica(shared);
            Replica second = null;
            List<ContainerId> ids = new ArrayList<>();
            Random random = new Random(7);
            for (int round = 0; round < 8; round++) {
                provisioner.send(roundOf(random, ids, round).tell());
                if (round % 2 == 0) {
                    second = new Replica(shared);
                } else {
                    first.close();
                    first = java.util.Objects.requireNonNull(second);
                    second = null;
                }
            }
            settle(shared.dsl(), first, 2400);
            first.close();

            Replica fresh = new Replica(alone);
            settle(alone.dsl(), fresh, 2400);
            fresh.close();
            for (var table : Stored.derived(shared.dsl()).entrySet()) {
                assertThat(Stored.derived(alone.dsl()).get(table.getKey()))
                        .as(table.getKey())
                        .containsExactlyElementsOf(table.getValue());
            }
            assertThat(Stored.windows(alone.dsl())).isEqualTo(Stored.windows(shared.dsl()));
            assertThat(Stored.windows(alone.dsl())).isNotEmpty();
            assertNoWatermarkIsAheadOfItsPieces(shared.dsl());
            assertNoWatermarkIsAheadOfItsPieces(alone.dsl());

            // A replay of the topic from offset 0, by a consumer that lost its place but not its tables.
            Map<String, List<String>> before = Stored.derived(alone.dsl());
            List<String> windows = Stored.windows(alone.dsl());
            int told = alone.dsl().fetchCount(org.jooq.impl.DSL.table("outbox"));
            alone.dsl().execute("update wire.checkpoint set next_offset = 0");
            alone.dsl().execute("delete from inbox_event"); // worse than any crash: even the ids are forgotten
            Replica again = new Replica(alone);
            settle(alone.dsl(), again, 2400);
            again.close();
            assertThat(Stored.derived(alone.dsl())).isEqualTo(before);
            assertThat(Stored.windows(alone.dsl())).isEqualTo(windows);
            assertThat(alone.dsl().fetchCount(org.jooq.impl.DSL.table("outbox")))
                    .isEqualTo(told);
        }
    }

    /** Five minutes of the story: some containers start, some of those that run stop, and the host is looked at. */
    private static Story roundOf(Random random, List<ContainerId> ids, int round) {
        Story story = new Story("round-host");
        int from = round * 300;
        for (int i = 0; i < 20; i++) {
            ContainerId id = ContainerId.next();
            ids.add(id);
            story.started(id, 1, at(from + i), 500, 256);
            if (random.nextBoolean()) {
                story.stopped(id, 2, at(from + i), at(from + i + 1 + random.nextInt(250)), 500, 256);
                ENDS.put(id, at(0));
            }
        }
        Alive[] alive = ids.stream()
                .filter(id -> !ENDS.containsKey(id))
                .map(id -> new Alive(id, at(0)))
                .toArray(Alive[]::new);
        return story.inventories(at(from + 300), alive);
    }

    private static void settle(DSLContext dsl, Replica replica, int watermark) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> replica.loop.watermark().equals(at(watermark))
                        && dsl.fetchCount(org.jooq.impl.DSL.table("due")) == 0
                        && replica.inbox.awaitCaughtUp(Duration.ofSeconds(1)));
    }

    /** When a watermark is told, the pieces told before it cover every billed interval up to it. */
    private static void assertNoWatermarkIsAheadOfItsPieces(DSLContext dsl) {
        Map<String, Long> told = new HashMap<>();
        int watermarks = 0;
        for (var row : dsl.fetch("select type, payload from outbox order by seq")) {
            var event = Json.mapper()
                    .readValue(
                            row.get(1, String.class),
                            EventTypes.named(row.get(0, String.class)).orElseThrow());
            if (event instanceof UsageRecorded r) {
                told.merge(
                        r.container().toString(),
                        Duration.between(r.start(), r.end()).toMillis(),
                        Long::sum);
            } else if (event instanceof WatermarkAdvanced w && w.onPartition() == 0) {
                watermarks++;
                for (var interval :
                        dsl.fetch("""
                        select container_id, (extract(epoch from least(coalesce(finished_at, 'infinity'), ?::timestamptz) - started_at) * 1000)::bigint
                        from usage_interval where started_at < ?::timestamptz
                        """, w.watermark().toString(), w.watermark().toString())) {
                    String id = new ContainerId(interval.get(0, java.util.UUID.class)).toString();
                    assertThat(told.getOrDefault(id, 0L))
                            .as("%s at %s", id, w.watermark())
                            .isGreaterThanOrEqualTo(interval.get(1, Long.class));
                }
            }
        }
        assertThat(watermarks).isPositive();
    }

    /** Consumer and teller as one process has them. */
    private static final class Replica {
        private final Inbox inbox;
        private final UsageLoop loop;
        private final com.zaxxer.hikari.HikariDataSource pool;

        Replica(TestDatabase database) {
            pool = database.pool(6);
            Wire wire = new Wire(Service.METERING, KAFKA, pool, InstantSource.system(), new SimpleMeterRegistry());
            inbox = new Inbox(wire, Consumer.METERING_INTERVAL, new IntervalListener(wire.clock()));
            loop = new UsageLoop(
                    wire,
                    new Outbox(Service.METERING),
                    new UsageProperties(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofSeconds(2)));
            inbox.start();
            loop.start();
        }

        void close() {
            inbox.close();
            loop.close();
            pool.close();
        }
    }
}
