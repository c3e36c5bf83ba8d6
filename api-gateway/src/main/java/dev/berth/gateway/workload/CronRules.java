package dev.berth.gateway.workload;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is to be done about a cron that is due. Pure. */
final class CronRules {
    /** What came later than that was missed. */
    static final Duration LATE = Duration.ofMinutes(1);

    /** What was missed by more than that is not made good. */
    static final Duration TOO_LATE = Duration.ofHours(1);

    /** What to do about a due time. */
    enum Action {
        RUN,
        /** Later, when the run before has ended. */
        QUEUE,
        SKIP_MISSED,
        SKIP_OVERLAP,
        NOTHING
    }

    private CronRules() {}

    /**
     * What to do now.
     *
     * @param due the latest time that is due; null when none is
     * @param queued a time that waits for the run before
     * @param live whether a run goes on
     */
    static Action decide(
            Schedule schedule, @Nullable Instant due, @Nullable Instant queued, boolean live, Instant now) {
        if (due == null) {
            return queued != null && !live ? Action.RUN : Action.NOTHING;
        }
        Duration late = Duration.between(due, now);
        boolean missed = late.compareTo(LATE) > 0;
        if (missed && (schedule.missed() == Schedule.Missed.SKIP || late.compareTo(TOO_LATE) > 0)) {
            return Action.SKIP_MISSED;
        }
        if (!live) {
            return Action.RUN;
        }
        return switch (schedule.overlap()) {
            case SKIP -> Action.SKIP_OVERLAP;
            case QUEUE -> Action.QUEUE;
            case REPLACE -> Action.RUN;
        };
    }
}
