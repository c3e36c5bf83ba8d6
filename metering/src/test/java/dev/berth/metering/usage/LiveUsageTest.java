package dev.berth.metering.usage;

import static dev.berth.metering.interval.Story.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.metering.interval.Interval;
import dev.berth.metering.interval.IntervalListener;
import dev.berth.metering.interval.IntervalReader;
import dev.berth.metering.interval.Story;
import dev.berth.metering.inventory.Volumes;
import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.metering.window.Quantity;
import dev.berth.metering.window.Windows;
import dev.berth.schema.Service;
import dev.berth.schema.container.Alive;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Received;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("parts")
class LiveUsageTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.METERING);
    private static final TestClock CLOCK = new TestClock(at(300_000));
    private static final List<Grouping> GROUPINGS = List.of(Grouping.values());
    private static final List<ZoneId> ZONES =
            List.of(ZoneId.of("UTC"), ZoneId.of("Asia/Kathmandu"), ZoneId.of("America/New_York"));

    private final DSLContext dsl = DATABASE.dsl();
    private final Story story = new Story();
    private final Map<ContainerId, TreeMap<Instant, Long>> readings = new HashMap<>();

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

    /** Whatever is asked, in whatever zone, windows and edges add up to what the intervals say, told or not. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyQuestionIsAnsweredAsTheIntervalsSay(long seed) {
        Random random = new Random(seed);
        List<ContainerId> ids = lives(random);
        LiveUsage usage = new LiveUsage(dsl);
        for (int i = 0; i < 60; i++) {
            Instant from = at(random.nextInt(200_000)).plusMillis(random.nextInt(1000));
            Instant to = from.plusMillis(1 + random.nextInt(150_000_000));
            if (random.nextInt(4) == 0) {
                from = Windows.hourOf(from);
            }
            Period asked = new Period(from, to);
            Grouping grouping = GROUPINGS.get(random.nextInt(4));
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            Instant asOf = CLOCK.instant();
            LiveUsage.Answer answer = usage.read(story.account, asked, grouping, zone, asOf);
            assertThat(answer.rows())
                    .as("%s by %s in %s", asked, grouping, zone)
                    .isEqualTo(sums(IntervalReader.load(dsl, ids), asked, grouping, zone, asOf));
        }
    }

    private List<ContainerId> lives(Random random) {
        List<ContainerId> ids = new ArrayList<>();
        IntervalListener listener = new IntervalListener(CLOCK);
        Wire wire = new Wire(Service.METERING, "127.0.0.1:1", DATABASE.dataSource(), CLOCK, new SimpleMeterRegistry());
        UsageTeller teller = new UsageTeller(
                dsl,
                new Outbox(Service.METERING),
                new Lease(wire, "metering.usage", Duration.ofMinutes(5)),
                CLOCK,
                Duration.ofHours(1));
        List<Alive> alive = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            ContainerId id = ContainerId.next();
            ids.add(id);
            Instant start = at(random.nextInt(280_000)).plusMillis(random.nextInt(1000));
            if (i % 5 == 0) {
                VolumeId volume = Volumes.of(id);
                Instant grown = start.plusMillis(1 + random.nextInt(5_000_000));
                story.kept(volume, 1, start, start, 1 + random.nextInt(9)).kept(volume, 2, start, grown, 10);
                if (i % 2 == 0) {
                    story.destroyed(volume, 3, start, grown.plusMillis(random.nextInt(5_000_000)), 10);
                }
                continue;
            }
            story.started(id, 1, start, 250 * (1 + random.nextInt(4)), 256);
            TreeMap<Instant, Long> meter = readings.computeIfAbsent(id, _ -> new TreeMap<>());
            for (int n = random.nextInt(9); n > 0; n--) {
                Instant last = meter.isEmpty() ? start : meter.lastKey();
                Instant read = last.plusMillis(1 + random.nextInt(9_000_000));
                if (read.isBefore(CLOCK.instant())) {
                    meter.put(
                            read, (meter.isEmpty() ? 0 : meter.lastEntry().getValue()) + 1 + random.nextInt(1_000_000));
                }
            }
            meter.forEach((read, bytes) -> story.sent(id, read, bytes));
            if (random.nextInt(3) == 0) {
                alive.add(new Alive(id, start));
            } else {
                Instant end = start.plusMillis(random.nextInt(90_000_000));
                end = end.isAfter(CLOCK.instant()) ? CLOCK.instant() : end;
                story.stopped(id, 2, start, end, 500, 256);
            }
            if (i == 15) {
                story.inventories(at(200_000 + random.nextInt(90_000)), alive.toArray(Alive[]::new));
            }
            List<Received> events = story.tell();
            dsl.transaction(configuration -> listener.apply(DSL.using(configuration), events));
            if (i == 16) {
                teller.pass();
            }
        }
        teller.pass();
        return ids;
    }

    private Map<String, Quantity> sums(
            List<Interval> intervals, Period asked, Grouping grouping, ZoneId zone, Instant asOf) {
        Map<String, Quantity> sums = new TreeMap<>();
        Instant until = asked.end().isBefore(asOf) ? asked.end() : asOf;
        for (Interval interval : intervals) {
            Instant end = interval.end() == null || interval.end().isAfter(until) ? until : interval.end();
            Instant start = interval.start().isBefore(asked.start()) ? asked.start() : interval.start();
            if (!interval.billed() || interval.size() == null) {
                continue;
            }
            for (Period piece : Windows.cut(start, end, quarters(start, end))) {
                String volume =
                        interval.isVolume() ? Volumes.of(interval.container()).toString() : null;
                String key = switch (grouping) {
                    case WORKLOAD -> volume == null ? interval.workload().toString() : volume;
                    case CONTAINER -> volume == null ? interval.container().toString() : volume;
                    case DAY -> LocalDate.ofInstant(piece.start(), zone).toString();
                    case HOUR -> Json.text(Windows.hourOf(piece.start()));
                };
                sums.merge(
                        key,
                        Quantity.of(
                                        piece.ms(),
                                        interval.size().cpuMillis(),
                                        interval.size().memoryMib(),
                                        interval.size().volumeGib())
                                .plus(Quantity.ofEgress(BigInteger.valueOf(stand(interval.container(), piece.end())
                                        - stand(interval.container(), piece.start())))),
                        Quantity::plus);
            }
        }
        return sums;
    }

    /** What its meter stood at before an instant. */
    private long stand(ContainerId container, Instant before) {
        Map.Entry<Instant, Long> last =
                readings.getOrDefault(container, new TreeMap<>()).lowerEntry(before);
        return last == null ? 0 : last.getValue();
    }

    /** All zones begin their days at a quarter of an hour. */
    private static List<Instant> quarters(Instant start, Instant end) {
        List<Instant> quarters = new ArrayList<>();
        for (Instant at = Windows.hourOf(start); at.isBefore(end); at = at.plusSeconds(900)) {
            quarters.add(at);
        }
        return quarters;
    }
}
