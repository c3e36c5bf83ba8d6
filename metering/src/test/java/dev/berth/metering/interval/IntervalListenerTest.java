package dev.berth.metering.interval;

import static dev.berth.metering.interval.Story.at;
import static dev.berth.schema.db.metering.Tables.USAGE_INTERVAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.metering.Stored;
import dev.berth.schema.Service;
import dev.berth.schema.container.Alive;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.wire.Received;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("parts")
class IntervalListenerTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.METERING);

    private final DSLContext dsl = DATABASE.dsl();
    private final IntervalListener listener =
            new IntervalListener(new TestClock(Instant.parse("2026-12-01T00:00:00Z")));
    private final Story story = new Story();
    private final ContainerId one = ContainerId.next();

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        dsl.execute(
                "truncate fact, usage_interval, finding, host_inventory, inventory_time, sighting, due, egress_reading");
    }

    @Test
    void whatIsNotProvenOfAStopIsKeptWithIt() {
        apply(story.started(one, 1, at(0), 500, 256)
                .stoppedUnproven(one, 2, at(0), at(900), at(30))
                .tell());
        assertThat(intervals()).containsExactly("0..30 billed", "30..900 host_unreachable");
        apply(story.inventories(at(1000)).tell());
        assertThat(intervals()).containsExactly("0..30 billed", "30..900 host_unreachable");
    }

    @Test
    void aContainerThatAnInventoryMissesIsBoundedAtItsLastProofOfLife() {
        Alive alive = new Alive(one, at(0));
        apply(story.started(one, 1, at(0), 500, 256).inventories(at(10), alive).tell());
        assertThat(intervals()).containsExactly("0..open billed");
        apply(story.inventories(at(20), alive).tell());
        apply(story.inventories(at(30)).tell());
        assertThat(intervals()).containsExactly("0..20 billed", "20..30 missing_stop");
        assertThat(findings()).containsExactly("missing_stop");

        apply(story.inventories(at(40)).tell());
        assertThat(intervals())
                .as("later inventories change nothing")
                .containsExactly("0..20 billed", "20..30 missing_stop");

        apply(story.stopped(one, 2, at(0), at(23), 500, 256).tell());
        assertThat(intervals()).as("the truth replaces the gap").containsExactly("0..23 billed");
        assertThat(findings()).isEmpty();
        assertThat(dsl.fetchCount(dev.berth.schema.db.metering.Tables.SIGHTING)).isZero();
    }

    @Test
    void aContainerThatStartsAndVanishesBetweenTwoInventoriesIsZero() {
        apply(story.inventories(at(10)).tell());
        apply(story.started(one, 1, at(12), 500, 256).tell());
        apply(story.inventories(at(20)).tell());
        assertThat(intervals()).containsExactly("12..20 missing_stop");
    }

    @Test
    void aContainerThatIsListedAgainGoesOn() {
        Alive alive = new Alive(one, at(0));
        apply(story.started(one, 1, at(0), 500, 256)
                .inventories(at(10), alive)
                .inventories(at(20))
                .tell());
        assertThat(intervals()).containsExactly("0..10 billed", "10..20 missing_stop");
        apply(story.inventories(at(30), alive).tell());
        assertThat(intervals()).containsExactly("0..open billed");
        assertThat(findings()).isEmpty();
    }

    @Test
    void aHostThatRetiresTakesItsContainersWithIt() {
        Alive alive = new Alive(one, at(0));
        apply(story.started(one, 1, at(0), 500, 256).tell());
        apply(story.inventory(Story.partitionOf(one), at(10), true, List.of(alive))
                .tell());
        assertThat(intervals()).containsExactly("0..10 billed");
        apply(story.inventory(Story.partitionOf(one), at(50), alive).tell());
        assertThat(intervals()).as("it comes back").containsExactly("0..open billed");
    }

    @Test
    void anotherHostsInventorySaysNothing() {
        apply(story.started(one, 1, at(0), 500, 256).tell());
        apply(new Story("two").inventories(at(20)).tell());
        assertThat(intervals()).containsExactly("0..open billed");
    }

    @Test
    void anUnknownContainerIsFoundUntilItsStartComes() {
        apply(story.inventories(at(10), new Alive(one, at(0))).tell());
        assertThat(intervals()).isEmpty();
        assertThat(findings()).containsExactly("unknown_container");
        apply(story.started(one, 1, at(0), 500, 256).tell());
        assertThat(intervals()).containsExactly("0..open billed");
        assertThat(findings()).isEmpty();
    }

    @Test
    void theDatabaseRefusesTwoIntervalsAtOnce() {
        apply(story.started(one, 1, at(10), 500, 256).tell());
        assertThatThrownBy(() -> dsl.execute("""
                        insert into usage_interval select container_id, started_at - interval '1 hour', started_at + interval '1 second',
                            account_id, workload_id, partition, cpu_millis, memory_mib, zero_reason, sequence, host from usage_interval
                        """))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("no_two_at_once");
    }

    @Test
    void anImpossibleTimeIsRefusedAlone() {
        List<Received> events = story.started(one, 1, Instant.EPOCH, 500, 256).tell();
        assertThatThrownBy(() -> apply(events)).isInstanceOf(IllegalArgumentException.class);
        assertThat(intervals()).isEmpty();
    }

    @Test
    void ofTwoFactsUnderOneSequenceTheSameCountsInWhateverOrder() {
        List<Received> events = story.started(one, 1, at(10), 500, 256)
                .started(one, 1, at(20), 1000, 256)
                .tell();
        apply(events);
        Map<String, List<String>> forward = Stored.derived(dsl);
        empty();
        apply(events.subList(1, 2));
        apply(events.subList(0, 1));
        assertThat(Stored.derived(dsl)).isEqualTo(forward);
        assertThat(findings()).containsExactly("contested_fact");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1104, 1162})
    void anyPermutationAndDuplicationInAnyBatchesGivesTheSameRows(long seed) {
        Random random = new Random(seed);
        List<Received> events = lives(random);
        apply(events);
        Map<String, List<String>> inOrder = Stored.derived(dsl);
        assertThat(inOrder.get("usage_interval")).isNotEmpty();
        for (int round = 0; round < 3; round++) {
            empty();
            List<Received> shuffled = new ArrayList<>(events);
            shuffled.addAll(events.stream().filter(_ -> random.nextInt(3) == 0).toList());
            Collections.shuffle(shuffled, random);
            for (int i = 0; i < shuffled.size(); ) {
                int size = 1 + random.nextInt(10);
                apply(shuffled.subList(i, Math.min(i + size, shuffled.size())));
                i += size;
            }
            for (String table : inOrder.keySet()) {
                assertThat(Stored.derived(dsl).get(table))
                        .as("%s, seed %d, round %d", table, seed, round)
                        .containsExactlyElementsOf(inOrder.get(table));
            }
        }
    }

    /** Containers on two hosts that start, are resized, stop, lose their stop, flap, or contradict themselves; and inventories. */
    private static List<Received> lives(Random random) {
        Story a = new Story("a");
        Story b = new Story("b");
        Map<Story, List<ContainerId>> ids = Map.of(a, new ArrayList<>(), b, new ArrayList<>());
        List<Received> events = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            Story host = random.nextBoolean() ? a : b;
            ContainerId id = new ContainerId(new UUID(random.nextLong(), random.nextLong()));
            ids.get(host).add(id);
            int start = random.nextInt(100);
            long sequence = 1;
            if (random.nextInt(10) == 0) {
                host.failed(id, sequence++, at(start));
            }
            if (random.nextInt(8) != 0) {
                host.started(id, sequence, at(start), 500, 256);
            }
            sequence++;
            int last = start;
            for (int r = random.nextInt(3); r > 0; r--) {
                last += random.nextInt(40) - 5;
                host.resized(id, sequence++, at(last), 100 * (1 + random.nextInt(3)), 256);
            }
            if (random.nextInt(3) != 0) {
                int stop = Math.max(start - 3, last + random.nextInt(60) - 5);
                host.stopped(id, sequence, at(start + (random.nextInt(9) == 0 ? 1 : 0)), at(stop), 500, 256);
            }
        }
        for (Story host : List.of(a, b)) {
            for (int t = 5; t < 200; t += 10 + random.nextInt(20)) {
                List<Alive> alive = ids.get(host).stream()
                        .filter(_ -> random.nextInt(3) != 0)
                        .map(id -> new Alive(id, at(0)))
                        .toList();
                for (int partition = 0; partition < 6; partition++) {
                    host.inventory(partition, at(t), random.nextInt(12) == 0, alive);
                }
            }
        }
        events.addAll(a.tell());
        events.addAll(b.tell());
        return events;
    }

    private void apply(List<Received> events) {
        dsl.transaction(configuration -> listener.apply(DSL.using(configuration), events));
    }

    private List<String> intervals() {
        return dsl.selectFrom(USAGE_INTERVAL)
                .orderBy(USAGE_INTERVAL.STARTED_AT)
                .fetch(row -> "%d..%s %s"
                        .formatted(
                                row.getStartedAt().getEpochSecond() - Story.T0.getEpochSecond(),
                                row.getFinishedAt() == null
                                        ? "open"
                                        : Long.toString(
                                                row.getFinishedAt().getEpochSecond() - Story.T0.getEpochSecond()),
                                row.getZeroReason() == null ? "billed" : row.getZeroReason()));
    }

    private List<String> findings() {
        return dsl.fetch("select kind from finding order by kind").map(row -> row.get(0, String.class));
    }
}
