package dev.berth.metering.usage;

import static dev.berth.metering.interval.Story.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.metering.Stored;
import dev.berth.metering.interval.IntervalListener;
import dev.berth.metering.interval.Story;
import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.container.Alive;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.unit.Period;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Received;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of readings, in pieces and windows. */
@Tag("parts")
class EgressTellingTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.METERING);
    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-12-01T00:00:00Z"));

    private final DSLContext dsl = DATABASE.dsl();
    private final IntervalListener listener = new IntervalListener(CLOCK);
    private final Story story = new Story();
    private final ContainerId one = ContainerId.next();
    private final Alive alive = new Alive(one, at(0));
    private final UsageTeller teller = new UsageTeller(
            dsl,
            new Outbox(Service.METERING),
            new Lease(
                    new Wire(Service.METERING, "127.0.0.1:1", DATABASE.dataSource(), CLOCK, new SimpleMeterRegistry()),
                    "metering.usage",
                    Duration.ofMinutes(5)),
            CLOCK,
            Duration.ofMinutes(1));

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        dsl.execute(
                "truncate fact, usage_interval, finding, host_inventory, inventory_time, sighting, due, usage_piece,"
                        + " usage_window, watermark, outbox, lease, egress_reading");
    }

    private void apply(List<Received> events) {
        dsl.transaction(configuration -> listener.apply(DSL.using(configuration), events));
    }

    private Stream<Event> events() {
        return dsl.fetch("select type, payload from outbox order by seq").stream()
                .map(row -> Json.mapper()
                        .readValue(
                                row.get(1, String.class),
                                EventTypes.named(row.get(0, String.class)).orElseThrow()));
    }

    /** What a pass tells of containers. */
    private List<String> tell() {
        dsl.execute("truncate outbox");
        teller.pass();
        return events().flatMap(event -> switch (event) {
                    case UsageRecorded r ->
                        Stream.of("recorded %d..%d %s%s"
                                .formatted(
                                        seconds(r.start()),
                                        seconds(r.end()),
                                        r.egressBytes(),
                                        r.billed() ? "" : " " + r.zeroReason()));
                    case UsageCorrected c ->
                        Stream.of("corrected %d..%d %s %s"
                                .formatted(seconds(c.start()), seconds(c.end()), c.egressBytes(), c.reason()));
                    default -> Stream.of();
                })
                .toList();
    }

    private static long seconds(Instant instant) {
        return Duration.between(Story.T0, instant).toSeconds();
    }

    private void mendsNothing() {
        dsl.transaction(configuration -> assertThat(UsageRebuild.mend(DSL.using(configuration), List.of(one)))
                .isEqualTo(new UsageRebuild.Mended(List.of(), List.of(), 0)));
    }

    private String used(long from, long to) {
        return new LiveUsage(dsl)
                .read(story.account, new Period(at(from), at(to)), Grouping.WORKLOAD, ZoneId.of("UTC"), at(100_000))
                .total()
                .egressBytes()
                .toString();
    }

    @Test
    void bytesAreInThePieceInWhichTheyWereRead() {
        apply(story.started(one, 1, at(0), 500, 256)
                .sent(one, at(30), 1000)
                .inventories(at(60), alive)
                .tell());
        assertThat(tell()).containsExactly("recorded 0..60 1000");
        apply(story.inventories(at(120), alive).tell());
        assertThat(tell()).containsExactly("recorded 60..120 null");
        apply(story.sent(one, at(150), 1500)
                .sent(one, at(169).plusMillis(999), 1750)
                .stopped(one, 2, at(0), at(170), 500, 256)
                .tell());
        assertThat(tell()).containsExactly("recorded 120..170 750");
        assertThat(used(0, 3600)).isEqualTo("1750");
        assertThat(used(0, 100)).isEqualTo("1000");
        assertThat(used(100, 160)).isEqualTo("500");
        mendsNothing();
    }

    @Test
    void aLateReadingCorrectsPiecesAndTheSumStays() {
        apply(story.started(one, 1, at(0), 500, 256)
                .sent(one, at(30), 1000)
                .sent(one, at(90), 3000)
                .inventories(at(120), alive)
                .tell());
        assertThat(tell()).containsExactly("recorded 0..120 3000");
        apply(story.sent(one, at(170), 5000).inventories(at(180), alive).tell());
        assertThat(tell()).containsExactly("recorded 120..180 2000");
        apply(story.sent(one, at(110), 4000)
                .sent(one, at(30), 1000)
                .sent(one, at(100), 2)
                .tell());
        assertThat(tell())
                .containsExactly("corrected 0..120 4000 egress_changed", "corrected 120..180 1000 egress_changed");
        assertThat(used(0, 3600)).isEqualTo("5000");
        mendsNothing();
        apply(story.stopped(one, 2, at(0), at(115), 500, 256).tell());
        assertThat(tell())
                .as("what was read after the end belongs to no piece")
                .containsExactly("corrected 0..115 4000 end_changed", "corrected 120..120 null withdrawn");
        assertThat(used(0, 3600)).isEqualTo("4000");
        mendsNothing();
    }

    @Test
    void aReadingBeforeItsStartIsKeptUntilTheStartComes() {
        apply(story.sent(one, at(30), 700).tell());
        assertThat(tell()).isEmpty();
        apply(story.stopped(one, 2, at(0), at(50), 500, 256).tell());
        assertThat(tell()).containsExactly("recorded 0..50 700");
        mendsNothing();
    }

    @Test
    void bytesOfTimeThatIsNotBilledAreNotBilled() {
        apply(story.started(one, 1, at(0), 500, 256)
                .inventories(at(10), alive)
                .sent(one, at(15), 700)
                .inventories(at(20))
                .tell());
        assertThat(tell()).containsExactly("recorded 0..10 null", "recorded 10..20 700 missing_stop");
        assertThat(used(0, 3600)).isEqualTo("0");
        mendsNothing();
    }

    /** However they come, what billing adds up in the end is the last reading within the life, and windows agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void anyOrderAndDuplicationOfReadingsGivesTheSameSum(long seed) {
        Random random = new Random(seed);
        story.started(one, 1, at(0), 500, 256);
        long meter = 0;
        long last = 0;
        for (int second = 60; second < 7200; second += 60 + random.nextInt(300)) {
            meter += random.nextInt(3) * 1000L;
            last = second;
            story.sent(one, at(second), meter);
        }
        story.stopped(one, 2, at(0), at(last + 1), 500, 256);
        List<Received> events = new ArrayList<>(story.tell());
        events.addAll(events.subList(0, events.size() / 2));
        Collections.shuffle(events, random);
        Map<Instant, Long> pieces = new HashMap<>();
        for (int i = 0; i < events.size(); ) {
            int size = Math.min(events.size() - i, 1 + random.nextInt(4));
            apply(events.subList(i, i + size));
            i += size;
            if (random.nextBoolean() || i == events.size()) {
                dsl.execute("truncate outbox");
                teller.pass();
                events().forEach(event -> {
                    switch (event) {
                        case UsageRecorded r -> pieces.put(r.start(), r.egressBytes() == null ? 0 : r.egressBytes());
                        case UsageCorrected c -> pieces.put(c.start(), c.egressBytes() == null ? 0 : c.egressBytes());
                        default -> {}
                    }
                });
            }
        }
        assertThat(pieces.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(meter);
        assertThat(used(0, 100_000)).isEqualTo(String.valueOf(meter));
        assertThat(dsl.fetchSingle("select coalesce(sum(egress_bytes), 0)::bigint from usage_window")
                        .get(0, Long.class))
                .isEqualTo(meter);
        assertThat(Stored.derived(dsl).get("egress_reading")).doesNotHaveDuplicates();
        mendsNothing();
    }
}
