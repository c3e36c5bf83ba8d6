package dev.berth.gateway.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant NOW = Instant.parse("2026-11-22T09:14:03Z");

    private static Schedule schedule(String cron, ZoneId zone) {
        return new Schedule(cron, zone, Schedule.Overlap.SKIP, Schedule.Missed.RUN_ONCE);
    }

    @Provide
    Arbitrary<String> crons() {
        return Arbitraries.of(
                "* * * * *",
                "*/5 * * * *",
                "0 * * * *",
                "30 2 * * *",
                "30 1 * * 0",
                "0 0 1 * *",
                "15 3 29 2 *",
                "@daily",
                "@hourly",
                "0 9-17/2 * * 1-5",
                "59 23 31 12 *");
    }

    @Provide
    Arbitrary<String> zones() {
        return Arbitraries.of("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
    }

    @Provide
    Arbitrary<Instant> times() {
        return Arbitraries.longs().between(1_700_000_000L, 1_900_000_000L).map(Instant::ofEpochSecond);
    }

    /** Each time is later than the one before, whatever clocks do; and none lies between. */
    @Property
    void timesGrowAndNoneIsLeftOutBetweenTwo(
            @ForAll("crons") String cron, @ForAll("zones") String zone, @ForAll("times") Instant from) {
        Schedule schedule = schedule(cron, ZoneId.of(zone));
        List<Instant> times = schedule.next(from, 10);
        assertThat(times).hasSize(10).isSorted().doesNotHaveDuplicates();
        assertThat(times.getFirst()).isAfter(from);
        for (int i = 1; i < times.size(); i++) {
            Instant before = times.get(i - 1);
            assertThat(schedule.after(times.get(i).minusMillis(1))).contains(times.get(i));
            assertThat(schedule.after(before.plusMillis(1))).contains(times.get(i));
        }
        assertThat(schedule.latest(times.getFirst(), times.get(9))).isEqualTo(times.get(9));
        assertThat(schedule.latest(times.getFirst(), times.get(9).minusMillis(1)))
                .isEqualTo(times.get(8));
    }

    @Test
    void aTimeThatAZoneLeavesOutComesOnceAndTheSameDay() {
        Instant before = ZonedDateTime.of(2026, 3, 28, 12, 0, 0, 0, BERLIN).toInstant();
        List<Instant> times = schedule("30 2 * * *", BERLIN).next(before, 2);
        assertThat(times.getFirst().atZone(BERLIN).toLocalDate()).hasToString("2026-03-29");
        assertThat(times.getFirst().atZone(BERLIN).getHour()).isEqualTo(3);
        assertThat(times.get(1).atZone(BERLIN).toLocalDateTime()).hasToString("2026-03-30T02:30");
    }

    @Test
    void aTimeThatAZoneHasTwiceComesOnce() {
        Instant before = ZonedDateTime.of(2026, 10, 24, 12, 0, 0, 0, BERLIN).toInstant();
        List<Instant> times = schedule("30 2 * * *", BERLIN).next(before, 2);
        assertThat(times.getFirst().atZone(BERLIN).toLocalDate()).hasToString("2026-10-25");
        assertThat(times.get(1).atZone(BERLIN).toLocalDate()).hasToString("2026-10-26");
    }

    @Test
    void whatComesEveryHourComesEveryHourThatPasses() {
        Instant before = ZonedDateTime.of(2026, 10, 24, 23, 50, 0, 0, BERLIN).toInstant();
        List<Instant> times = schedule("30 * * * *", BERLIN).next(before, 30);
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.between(times.get(i - 1), times.get(i))).isEqualTo(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SKIP,RUN_ONCE,0,,false,RUN",
        "SKIP,RUN_ONCE,0,,true,SKIP_OVERLAP",
        "QUEUE,RUN_ONCE,0,,true,QUEUE",
        "REPLACE,RUN_ONCE,0,,true,RUN",
        "SKIP,RUN_ONCE,1800,,false,RUN",
        "SKIP,SKIP,1800,,false,SKIP_MISSED",
        "SKIP,RUN_ONCE,3700,,false,SKIP_MISSED",
        "QUEUE,RUN_ONCE,,10,false,RUN",
        "QUEUE,RUN_ONCE,,10,true,NOTHING",
        "SKIP,RUN_ONCE,,,false,NOTHING"
    })
    void decidesWhatBecomesOfADueTime(
            Schedule.Overlap overlap,
            Schedule.Missed missed,
            Long dueSecondsAgo,
            Long queuedSecondsAgo,
            boolean live,
            CronRules.Action expected) {
        Schedule schedule = new Schedule("* * * * *", BERLIN, overlap, missed);
        assertThat(CronRules.decide(schedule, ago(dueSecondsAgo), ago(queuedSecondsAgo), live, NOW))
                .isEqualTo(expected);
    }

    private static Instant ago(Long seconds) {
        return seconds == null ? null : NOW.minus(Duration.ofSeconds(seconds));
    }
}
