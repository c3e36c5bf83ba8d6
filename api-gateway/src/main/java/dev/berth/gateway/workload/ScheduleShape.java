package dev.berth.gateway.workload;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a cron runs, as the API has it; in a request nothing of it is checked yet.
 *
 * @param cron five fields, or {@code @hourly}, {@code @daily}, {@code @weekly}, {@code @monthly}, {@code @yearly}
 * @param timeZone an IANA zone; the account's own if not given
 * @param overlap {@code skip}, {@code queue} or {@code replace}
 * @param missed {@code skip} or {@code run_once}
 * @param nextRuns the next five times; not for requests
 */
public record ScheduleShape(
        @Nullable String cron,
        @Nullable String timeZone,
        @Nullable String overlap,
        @Nullable String missed,
        @Nullable List<Instant> nextRuns) {
    private static final int SHOWN = 5;

    static @Nullable ScheduleShape of(@Nullable Schedule schedule, Instant now) {
        return schedule == null
                ? null
                : new ScheduleShape(
                        schedule.cron(),
                        schedule.timeZone().getId(),
                        schedule.overlap().text(),
                        schedule.missed().text(),
                        schedule.next(now, SHOWN));
    }

    /** With a zone where none is given. */
    ScheduleShape in(String zone) {
        return timeZone == null ? new ScheduleShape(cron, zone, overlap, missed, nextRuns) : this;
    }
}
