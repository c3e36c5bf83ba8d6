package dev.berth.metering.usage;

import static dev.berth.metering.interval.Story.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.metering.Stored;
import dev.berth.metering.interval.IntervalListener;
import dev.berth.metering.interval.IntervalRebuild;
import dev.berth.metering.interval.Story;
import dev.berth.metering.window.WindowRepository;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.container.Alive;
import dev.berth.schema.container.VolumeFailed;
import dev.berth.schema.container.VolumeKept;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.usage.UsageBegun;
import dev.berth.schema.usage.UsageCorrected;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.VolumeUsageCorrected;
import dev.berth.schema.usage.VolumeUsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.EventTypes;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Received;
import dev.berth.schema.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("parts")
class UsageTellerTest {
    private static final TestDatabase DATABASE = TestDatabase.fresh(Service.METERING);
    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-12-01T00:00:00Z"));

    private final DSLContext dsl = DATABASE.dsl();
    private final IntervalListener listener = new IntervalListener(CLOCK);
    private final Story story = new Story();
    private final ContainerId one = ContainerId.next();
    private final Alive alive = new Alive(one, at(0));
    private UsageTeller teller = teller(Duration.ofMinutes(1), lease());

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

    @Test
    void aStoppedContainerIsToldAtOnceInPiecesThatNeverCrossAnHour() {
        apply(story.started(one, 1, at(3000), 500, 256).tell());
        assertThat(tell()).isEmpty();
        apply(story.stopped(one, 2, at(3000), at(8000), 500, 256).tell());
        assertThat(tell())
                .containsExactly(
                        "recorded 3000..3600 500/256", "recorded 3600..7200 500/256", "recorded 7200..8000 500/256");
        assertThat(tell()).isEmpty();
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void anOpenContainerIsToldUpToTheWatermarkBeforeTheWatermark() {
        apply(story.started(one, 1, at(5), 500, 256).inventories(at(59), alive).tell());
        assertThat(tell()).as("the watermark of the minute that has passed").containsExactly("watermark 0");
        apply(story.inventories(at(61), alive).tell());
        assertThat(tell()).containsExactly("recorded 5..60 500/256", "watermark 60");
        apply(story.inventories(at(119), alive).tell());
        assertThat(tell()).isEmpty();
        apply(story.inventories(at(130), alive).tell());
        assertThat(tell()).containsExactly("recorded 60..120 500/256", "watermark 120");
        apply(story.stopped(one, 2, at(5), at(133), 500, 256).tell());
        assertThat(tell()).containsExactly("recorded 120..133 500/256");
        assertWindowsAreRebuiltTheSame();
    }

    private List<String> begun() {
        return events(0).stream()
                .filter(UsageBegun.class::isInstance)
                .map(UsageBegun.class::cast)
                .map(begun -> "%d %d/%d"
                        .formatted(
                                since(begun.intervalStart()),
                                begun.cpuMillis().value(),
                                begun.memoryMib().value()))
                .toList();
    }

    @Test
    void whatBeginsIsToldBeforeItsFirstPiece() {
        apply(story.started(one, 1, at(5), 500, 256).tell());
        tell();
        assertThat(begun()).containsExactly("5 500/256");
        tell();
        apply(story.inventories(at(61), alive).tell());
        assertThat(tell()).containsExactly("recorded 5..60 500/256", "watermark 60");
        apply(story.resized(one, 2, at(70), 1000, 512).tell());
        assertThat(tell()).containsExactly("recorded 60..70 500/256");
        assertThat(begun()).as("at its new size").containsExactly("5 500/256", "70 1000/512");
        apply(story.stopped(one, 3, at(5), at(80), 1000, 512).tell());
        assertThat(tell()).containsExactly("recorded 70..80 1000/512");
        assertThat(begun()).hasSize(2);
    }

    @Test
    void ofWhatHasEndedBeforeItWasToldNoBeginningIsTold() {
        apply(story.started(one, 1, at(5), 500, 256)
                .stopped(one, 2, at(5), at(8), 500, 256)
                .tell());
        assertThat(tell()).containsExactly("recorded 5..8 500/256");
        assertThat(begun()).isEmpty();
    }

    @Test
    void aVolumeIsToldAtItsSizesUntilItIsDestroyed() {
        VolumeId volume = VolumeId.next();
        VolumeKept kept = new VolumeKept(volume, at(5));
        apply(story.kept(volume, 1, at(5), at(5), 10).volumes(at(61), kept).tell());
        assertThat(tell()).containsExactly("recorded 5..60 10 GiB", "watermark 60");
        apply(story.kept(volume, 2, at(5), at(90), 30).volumes(at(121), kept).tell());
        assertThat(tell()).containsExactly("recorded 60..90 10 GiB", "recorded 90..120 30 GiB", "watermark 120");
        apply(story.destroyed(volume, 3, at(5), at(3700), 30).tell());
        assertThat(tell()).containsExactly("recorded 120..3600 30 GiB", "recorded 3600..3700 30 GiB");
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void aVolumeThatAnInventoryMissesCostsNothingFromItsLastProofOn() {
        VolumeId volume = VolumeId.next();
        VolumeKept kept = new VolumeKept(volume, at(5));
        apply(story.kept(volume, 1, at(5), at(5), 10).volumes(at(60), kept).tell());
        assertThat(tell()).containsExactly("recorded 5..60 10 GiB", "watermark 60");
        apply(story.volumes(at(120)).tell());
        assertThat(tell()).containsExactly("recorded 60..120 10 GiB missing_stop", "watermark 120");
        apply(story.destroyed(volume, 2, at(5), at(100), 10).tell());
        assertThat(tell()).as("its end came late after all").containsExactly("corrected 60..100 10 GiB r1 proven");
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void aVolumeThatFailedChangesNothing() {
        VolumeId volume = VolumeId.next();
        apply(story.kept(volume, 1, at(5), at(5), 10).tell());
        apply(story.add(
                        Topic.partitionOf(volume.toString()),
                        new VolumeFailed(volume, story.account, 2, "one", "no_room", "no room", at(20)))
                .destroyed(volume, 2, at(5), at(30), 10)
                .tell());
        assertThat(tell()).containsExactly("recorded 5..30 10 GiB");
        assertThat(dsl.fetchCount(org.jooq.impl.DSL.table("finding"))).isZero();
    }

    @Test
    void aWatermarkThatWaitedLongTellsHours() {
        apply(story.started(one, 1, at(5), 500, 256)
                .inventories(at(7500), alive)
                .tell());
        assertThat(tell())
                .containsExactly(
                        "recorded 5..3600 500/256",
                        "recorded 3600..7200 500/256",
                        "recorded 7200..7500 500/256",
                        "watermark 7500");
    }

    @Test
    void aSlowHostHoldsTheWatermarkAndARetiredOneDoesNot() {
        Story two = new Story("two");
        apply(story.inventories(at(600)).tell());
        apply(two.inventories(at(120)).tell());
        assertThat(tell()).containsExactly("watermark 120");
        apply(story.inventories(at(700)).tell());
        assertThat(tell()).isEmpty();
        for (int partition = 0; partition < 6; partition++) {
            apply(two.inventory(partition, at(121), true, List.of()).tell());
        }
        assertThat(tell()).containsExactly("watermark 660");
        apply(two.inventories(at(130)).tell());
        assertThat(tell()).as("it never goes back").isEmpty();
    }

    @Test
    void aPartitionThatIsStuckHoldsTheWatermark() {
        apply(story.inventories(at(60)).tell());
        assertThat(tell()).containsExactly("watermark 60");
        for (int partition = 0; partition < 5; partition++) {
            apply(story.inventory(partition, at(600)).tell());
        }
        assertThat(tell()).isEmpty();
        apply(story.inventory(5, at(600)).tell());
        assertThat(tell()).containsExactly("watermark 600");
    }

    @Test
    void aPartitionOfWhichNothingWasReadYetHoldsTheWatermarkToo() {
        for (int partition = 0; partition < 5; partition++) {
            apply(story.inventory(partition, at(600)).tell());
        }
        assertThat(tell()).isEmpty();
        apply(story.inventory(5, at(120)).tell());
        assertThat(tell()).containsExactly("watermark 120");
    }

    @Test
    void aHostWhoseClockRunsAheadDoesNotTakeTheWatermarkThere() {
        apply(story.started(one, 1, at(5), 500, 256)
                .inventories(CLOCK.instant().plusSeconds(3600), alive)
                .tell());
        tell();
        assertThat(dsl.fetchOne("select published from watermark").get(0, Instant.class))
                .isEqualTo(CLOCK.instant());
    }

    @Test
    void whatEndsWhileOthersAreToldIsToldBeforeTheWatermarkThatCoversIt() {
        ContainerId other = ContainerId.next();
        apply(story.started(one, 1, at(5), 500, 256)
                .started(other, 1, at(10), 250, 256)
                .inventories(at(61), alive, new Alive(other, at(10)))
                .tell());
        tell();
        apply(story.stopped(other, 2, at(10), at(70), 250, 256)
                .inventories(at(121), alive)
                .tell());
        List<Received> stop = story.stopped(one, 2, at(5), at(125), 500, 256).tell();
        AtomicInteger asked = new AtomicInteger();
        dsl.execute("truncate lease");
        teller = new UsageTeller(
                dsl,
                new Outbox(Service.METERING),
                lease(),
                () -> {
                    if (asked.incrementAndGet() == 2) { // the first was for the step; now the other is being told
                        apply(stop);
                    }
                    return CLOCK.instant();
                },
                Duration.ofMinutes(1));
        assertThat(tell()).containsExactly("recorded 60..70 250/256", "recorded 60..125 500/256", "watermark 120");
        assertThat(asked.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aResizeEndsOnePieceAndBeginsTheNext() {
        apply(story.started(one, 1, at(0), 500, 256)
                .resized(one, 2, at(30), 1000, 256)
                .inventories(at(60), alive)
                .tell());
        assertThat(tell()).containsExactly("recorded 0..30 500/256", "recorded 30..60 1000/256", "watermark 60");
    }

    @Test
    void aFailedLaunchIsToldOnceAtNothing() {
        apply(story.failed(one, 1, at(7)).tell());
        assertThat(tell()).containsExactly("recorded 7..7 1/1 launch_failed");
        apply(story.inventories(at(60)).tell());
        assertThat(tell()).containsExactly("watermark 60");
        assertThat(Stored.windows(dsl)).isEmpty();
    }

    @Test
    void aMissingStopIsToldAsZeroAndTheTruthCorrectsIt() {
        apply(story.started(one, 1, at(0), 500, 256)
                .inventories(at(10), alive)
                .inventories(at(20))
                .tell());
        assertThat(tell())
                .containsExactly("recorded 0..10 500/256", "recorded 10..20 500/256 missing_stop", "watermark 0");
        apply(story.stopped(one, 2, at(0), at(14), 500, 256).tell());
        assertThat(tell()).containsExactly("corrected 10..14 500/256 r1 proven");
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void anEarlierStopShortensOnePieceAndWithdrawsThoseAfterIt() {
        apply(story.started(one, 1, at(0), 500, 256).inventories(at(60), alive).tell());
        tell();
        apply(story.inventories(at(120), alive).tell());
        tell();
        apply(story.inventories(at(180), alive).tell());
        assertThat(tell()).containsExactly("recorded 120..180 500/256", "watermark 180");
        apply(story.stopped(one, 2, at(0), at(90), 500, 256).tell());
        assertThat(tell())
                .containsExactly("corrected 60..90 500/256 r1 end_changed", "corrected 120..120 500/256 r1 withdrawn");
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void aContainerThatComesBackIsBilledForTheGap() {
        apply(story.started(one, 1, at(0), 500, 256)
                .inventories(at(60), alive)
                .inventories(at(90))
                .tell());
        assertThat(tell())
                .containsExactly("recorded 0..60 500/256", "recorded 60..90 500/256 missing_stop", "watermark 60");
        apply(story.inventories(at(150), alive).tell());
        assertThat(tell())
                .containsExactly("corrected 60..90 500/256 r1 proven", "recorded 90..120 500/256", "watermark 120");
        assertWindowsAreRebuiltTheSame();
    }

    @Test
    void aFormerLeaderThatWasPausedChangesNothing() {
        apply(story.started(one, 1, at(0), 500, 256)
                .stopped(one, 2, at(0), at(9), 500, 256)
                .tell());
        Lease paused = new Lease(wire(), "metering.usage", Duration.ofMillis(1));
        long fence = paused.hold().orElseThrow();
        org.awaitility.Awaitility.await().until(() -> lease().hold().isPresent());
        assertThatThrownBy(() -> dsl.transaction(configuration -> paused.check(DSL.using(configuration), fence)))
                .isInstanceOf(Lease.Fenced.class);
        assertThat(paused.hold()).isEmpty();
        assertThat(teller(Duration.ofMinutes(1), paused).pass().leader()).isFalse();
        assertThat(told(0)).isEmpty();
    }

    @Test
    void aRebuildMendsWhatWasBroken() {
        apply(story.started(one, 1, at(0), 500, 256)
                .stopped(one, 2, at(0), at(90), 500, 256)
                .tell());
        tell();
        List<String> windows = Stored.windows(dsl);
        Map<String, List<String>> derived = Stored.derived(dsl);
        dsl.execute("update usage_window set container_ms = 1");
        dsl.execute("update usage_interval set finished_at = finished_at + interval '5 seconds'");
        List<ContainerId> all = IntervalRebuild.containers(dsl, null, 10);
        assertThat(all).containsExactly(one);
        dsl.transaction(configuration -> {
            assertThat(IntervalRebuild.mend(DSL.using(configuration), all)).containsExactly(one);
        });
        assertThat(tell()).isEmpty();
        dsl.transaction(configuration -> {
            assertThat(IntervalRebuild.mend(DSL.using(configuration), all)).isEmpty();
            assertThat(UsageRebuild.mend(DSL.using(configuration), all).windows())
                    .containsExactly(one);
        });
        assertThat(Stored.windows(dsl)).isEqualTo(windows);
        assertThat(Stored.derived(dsl)).isEqualTo(derived);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverComesInWhateverOrderThePiecesSayWhatTheIntervalsSay(long seed) {
        Random random = new Random(seed);
        teller = teller(Duration.ofSeconds(30), lease());
        List<Received> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ContainerId id = ContainerId.next();
            int start = random.nextInt(9000);
            int stop = start + random.nextInt(5000);
            story.started(id, 1, at(start), 500, 256);
            if (random.nextBoolean()) {
                story.resized(id, 2, at(start + random.nextInt(2000)), 1000, 256);
            }
            if (random.nextInt(3) != 0) {
                story.stopped(id, 3, at(start), at(stop), 500, 256);
            }
            for (int t = start; t < stop; t += 1500) {
                story.inventories(at(t), new Alive(id, at(start)));
            }
        }
        events.addAll(story.tell());
        Collections.shuffle(events, random);
        for (int i = 0; i < events.size(); ) {
            int size = 1 + random.nextInt(12);
            apply(events.subList(i, Math.min(i + size, events.size())));
            i += size;
            if (random.nextBoolean()) {
                teller.pass();
            }
        }
        while (!teller.pass().idle()) {
            assertThat(true).isTrue();
        }
        assertThat(sumOfEvents()).isEqualTo(sumOfIntervals());
        assertWindowsAreRebuiltTheSame();
    }

    /** Billed use as a consumer adds it up: the last word on each piece. */
    private Map<String, Long> sumOfEvents() {
        Map<String, Long> byPiece = new TreeMap<>();
        for (Event event : events(0)) {
            switch (event) {
                case UsageRecorded r ->
                    byPiece.put(
                            r.container() + "@" + r.start() + "@"
                                    + r.cpuMillis().value(),
                            r.billed()
                                    ? Duration.between(r.start(), r.end()).toMillis()
                                            * r.cpuMillis().value()
                                    : 0);
                case UsageCorrected c -> {
                    byPiece.keySet().removeIf(key -> key.startsWith(c.container() + "@" + c.start() + "@"));
                    byPiece.put(
                            c.container() + "@" + c.start() + "@"
                                    + c.cpuMillis().value(),
                            c.billed()
                                    ? Duration.between(c.start(), c.end()).toMillis()
                                            * c.cpuMillis().value()
                                    : 0);
                }
                default -> {}
            }
        }
        Map<String, Long> byContainer = new TreeMap<>();
        byPiece.forEach((key, use) -> byContainer.merge(key.substring(0, key.indexOf('@')), use, Long::sum));
        byContainer.values().removeIf(use -> use == 0);
        return byContainer;
    }

    private Map<String, Long> sumOfIntervals() {
        Map<String, Long> sums = new TreeMap<>();
        dsl.fetch("""
                        select i.container_id, sum((extract(epoch from coalesce(finished_at, greatest(w.published, started_at)) - started_at) * 1000)::bigint * cpu_millis)
                        from usage_interval i, watermark w where zero_reason is null group by 1
                        """)
                .forEach(row ->
                        sums.put(new ContainerId(row.get(0, java.util.UUID.class)).toString(), row.get(1, Long.class)));
        sums.values().removeIf(use -> use == 0);
        return sums;
    }

    private void assertWindowsAreRebuiltTheSame() {
        List<String> live = Stored.windows(dsl);
        List<String> hours = Stored.hours(dsl);
        assertThat(hours).isEqualTo(Stored.windowsSummed(dsl));
        List<ContainerId> all = IntervalRebuild.containers(dsl, null, 1000);
        dsl.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            assertThat(IntervalRebuild.mend(tx, all)).isEmpty();
            UsageRebuild.Mended mended = UsageRebuild.mend(tx, all);
            assertThat(mended).isEqualTo(new UsageRebuild.Mended(List.of(), List.of(), 0));
            all.forEach(container -> WindowRepository.remove(tx, container));
            assertThat(Stored.hours(tx)).isEmpty();
            assertThat(UsageRebuild.mend(tx, all).told()).isEmpty();
            assertThat(WindowRepository.mendHours(tx)).isZero();
        });
        assertThat(Stored.windows(dsl)).isEqualTo(live);
        assertThat(Stored.hours(dsl)).isEqualTo(hours);
    }

    private List<String> tell() {
        long from = dsl.fetchOne("select coalesce(max(seq), 0) from outbox").get(0, Long.class);
        teller.pass();
        return told(from);
    }

    private List<String> told(long from) {
        return events(from).stream()
                .filter(event -> !(event instanceof WatermarkAdvanced w) || w.onPartition() == 0)
                .filter(event -> !(event instanceof UsageBegun)) // see whatBeginsIsToldBeforeItsFirstPiece
                .map(UsageTellerTest::text)
                .toList();
    }

    private List<Event> events(long from) {
        return dsl.fetch("select type, payload from outbox where seq > ? order by seq", from)
                .map(row -> Json.mapper()
                        .readValue(
                                row.get(1, String.class),
                                EventTypes.named(row.get(0, String.class)).orElseThrow()));
    }

    private static String text(Event event) {
        return switch (event) {
            case UsageRecorded r ->
                "recorded %d..%d %d/%d%s"
                        .formatted(
                                since(r.start()),
                                since(r.end()),
                                r.cpuMillis().value(),
                                r.memoryMib().value(),
                                r.zeroReason() == null ? "" : " " + r.zeroReason());
            case UsageCorrected c ->
                "corrected %d..%d %d/%d r%d %s"
                        .formatted(
                                since(c.start()),
                                since(c.end()),
                                c.cpuMillis().value(),
                                c.memoryMib().value(),
                                c.revision(),
                                c.reason());
            case VolumeUsageRecorded r ->
                "recorded %d..%d %d GiB%s"
                        .formatted(
                                since(r.start()),
                                since(r.end()),
                                r.volumeGib(),
                                r.zeroReason() == null ? "" : " " + r.zeroReason());
            case VolumeUsageCorrected c ->
                "corrected %d..%d %d GiB r%d %s"
                        .formatted(since(c.start()), since(c.end()), c.volumeGib(), c.revision(), c.reason());
            case WatermarkAdvanced w -> "watermark " + since(w.watermark());
            default -> throw new AssertionError(event);
        };
    }

    private static long since(Instant instant) {
        return instant.getEpochSecond() - Story.T0.getEpochSecond();
    }

    private void apply(List<Received> events) {
        dsl.transaction(configuration -> listener.apply(DSL.using(configuration), events));
    }

    private UsageTeller teller(Duration step, Lease lease) {
        return new UsageTeller(dsl, new Outbox(Service.METERING), lease, CLOCK, step);
    }

    private static Lease lease() {
        return new Lease(wire(), "metering.usage", Duration.ofMinutes(5));
    }

    private static Wire wire() {
        return new Wire(Service.METERING, "127.0.0.1:1", DATABASE.dataSource(), CLOCK, new SimpleMeterRegistry());
    }
}
