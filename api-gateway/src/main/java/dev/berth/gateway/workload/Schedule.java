package dev.berth.gateway.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * When a cron runs, checked by {@link ScheduleRules}. Times that a zone leaves out when its clocks go forward come at the first moment
 * after; times that it has twice come once, but for those of every hour.
 *
 * @param cron five fields as in crontab(5), or a macro such as {@code @daily}
 */
record Schedule(String cron, ZoneId timeZone, Overlap overlap, Missed missed) {
    /** What becomes of a time that comes while the run before goes on. Lower case in JSON. */
    enum Overlap {
        /** It is left out. */
        SKIP,
        /** It waits for the end of that run; of several that wait there is one. */
        QUEUE,
        /** That run is ended. */
        REPLACE;

        @JsonCreator
        static Overlap of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of times that passed while Berth was away. Lower case in JSON. */
    enum Missed {
        /** They are left out. */
        SKIP,
        /** One run makes good for all of them, if the last is not older than an hour. */
        RUN_ONCE;

        @JsonCreator
        static Missed of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How Spring reads it: with seconds. */
    static CronExpression parse(String cron) {
        return CronExpression.parse(cron.startsWith("@") ? cron : "0 " + cron);
    }

    /** The first time after another; empty when there is none. */
    Optional<Instant> after(Instant time) {
        CronExpression expression = parse(cron);
        if (everyHour()) {
            return Optional.ofNullable(expression.next(ZonedDateTime.ofInstant(time, timeZone)))
                    .map(ZonedDateTime::toInstant);
        }
        LocalDateTime local = LocalDateTime.ofInstant(time, timeZone);
        while (true) {
            LocalDateTime next = expression.next(local);
            if (next == null) {
                return Optional.empty();
            }
            Instant instant = instant(next);
            if (instant.isAfter(time)) {
                return Optional.of(instant);
            }
            local = next; // the second time that the clocks show it
        }
    }

    /** Whether it means "so often" and not "at that time of the day": then it follows the hours that pass, not those that clocks show. */
    private boolean everyHour() {
        return cron.equals("@hourly") || (!cron.startsWith("@") && cron.split(" ", -1)[1].startsWith("*"));
    }

    private Instant instant(LocalDateTime local) {
        ZoneOffsetTransition transition = timeZone.getRules().getTransition(local);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : ZonedDateTime.ofLocal(local, timeZone, null).toInstant();
    }

    /** The last time that is due: not after {@code now}, and {@code first} or later. */
    Instant latest(Instant first, Instant now) {
        Instant latest = first;
        for (int i = 0; i < 10_000; i++) {
            Optional<Instant> next = after(latest);
            if (next.isEmpty() || next.get().isAfter(now)) {
                return latest;
            }
            latest = next.get();
        }
        return latest;
    }

    /** The next times. */
    List<Instant> next(Instant now, int count) {
        List<Instant> times = new ArrayList<>();
        Optional<Instant> next = after(now);
        while (next.isPresent() && times.size() < count) {
            times.add(next.get());
            next = after(next.get());
        }
        return times;
    }
}
