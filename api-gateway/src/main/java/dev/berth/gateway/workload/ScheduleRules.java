package dev.berth.gateway.workload;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what a customer sent about the times of a cron into a schedule; what is wrong goes to the check. Pure. */
final class ScheduleRules {
    /** By the name that may be asked for, which that of an offset may not. */
    private static final ZoneId UTC = ZoneId.of("UTC");

    private static final int MAX_CHARS = 100;
    private static final Set<String> MACROS =
            Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");

    private ScheduleRules() {}

    static @Nullable Schedule merge(
            @Nullable ScheduleShape asked, @Nullable Schedule now, boolean cron, FieldCheck check) {
        if (!cron) {
            if (asked != null) {
                check.wrong("schedule", "is for workloads of the kind cron only");
            }
            return null;
        }
        if (asked == null) {
            if (now == null) {
                check.wrong("schedule", "is required for a cron");
            }
            return now;
        }
        if (asked.nextRuns() != null) {
            check.wrong("schedule.next_runs", "follows from the schedule and cannot be set");
        }
        ZoneId zone = zone(asked.timeZone(), check);
        return new Schedule(
                cron(asked.cron(), zone, check),
                zone,
                switch (asked.overlap()) {
                    case "queue" -> Schedule.Overlap.QUEUE;
                    case "replace" -> Schedule.Overlap.REPLACE;
                    case "skip" -> Schedule.Overlap.SKIP;
                    case null -> Schedule.Overlap.SKIP;
                    default -> {
                        check.wrong("schedule.overlap", "must be skip, queue or replace");
                        yield Schedule.Overlap.SKIP;
                    }
                },
                switch (asked.missed()) {
                    case "skip" -> Schedule.Missed.SKIP;
                    case "run_once" -> Schedule.Missed.RUN_ONCE;
                    case null -> Schedule.Missed.RUN_ONCE;
                    default -> {
                        check.wrong("schedule.missed", "must be skip or run_once");
                        yield Schedule.Missed.RUN_ONCE;
                    }
                });
    }

    private static ZoneId zone(@Nullable String zone, FieldCheck check) {
        if (zone == null) {
            return UTC;
        }
        try {
            if (zone.length() <= MAX_CHARS
                    && (zone.equals("UTC") || ZoneId.getAvailableZoneIds().contains(zone))) {
                return ZoneId.of(zone);
            }
        } catch (DateTimeException e) {
            // Falls through to the error below.
        }
        check.wrong("schedule.time_zone", "must be an IANA zone such as Europe/Berlin");
        return UTC;
    }

    private static String cron(@Nullable String cron, ZoneId zone, FieldCheck check) {
        String text = cron == null ? "" : cron.strip().replaceAll("[ \\t]+", " ");
        boolean form = text.startsWith("@") ? MACROS.contains(text) : text.split(" ", -1).length == 5;
        if (!form || text.length() > MAX_CHARS) {
            check.wrong(
                    "schedule.cron",
                    "must be five fields (minute, hour, day, month, weekday) or one of @hourly, @daily, @weekly, @monthly, @yearly");
            return "@daily";
        }
        try {
            Schedule schedule = new Schedule(text, zone, Schedule.Overlap.SKIP, Schedule.Missed.SKIP);
            if (schedule.after(Instant.EPOCH).isEmpty()) {
                check.wrong("schedule.cron", "names a time that never comes");
            }
        } catch (IllegalArgumentException e) {
            check.wrong("schedule.cron", "cannot be read: " + e.getMessage());
            return "@daily";
        }
        return text;
    }
}
