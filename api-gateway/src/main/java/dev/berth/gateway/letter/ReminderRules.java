package dev.berth.gateway.letter;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** When somebody is reminded of an invoice that is not paid: three days before it is due, a day after and a week after. Pure. */
final class ReminderRules {
    /** One reminder; in the order of time. */
    enum Step {
        THREE_DAYS_BEFORE(Duration.ofDays(-3)),
        A_DAY_AFTER(Duration.ofDays(1)),
        A_WEEK_AFTER(Duration.ofDays(7));

        private final Duration fromDue;

        Step(Duration fromDue) {
            this.fromDue = fromDue;
        }

        Instant at(Instant dueAt) {
            return dueAt.plus(fromDue);
        }
    }

    /** After a letter with the invoice itself nobody is reminded of it for so long. */
    private static final Duration QUIET = Duration.ofHours(12);

    private ReminderRules() {}

    /**
     * When the first one is.
     *
     * @param finalizedAt when the invoice itself was written
     * @param from what lies before is left out, as for an invoice of long ago that is heard of only now
     */
    static Optional<Instant> first(Instant finalizedAt, Instant dueAt, Instant from) {
        Instant quiet = finalizedAt.plus(QUIET);
        return next(dueAt, quiet.isAfter(from) ? quiet : from);
    }

    /** When the next one is after a time; empty for none. */
    static Optional<Instant> next(Instant dueAt, Instant after) {
        return Arrays.stream(Step.values())
                .map(step -> step.at(dueAt))
                .filter(at -> at.isAfter(after))
                .findFirst();
    }

    /** Which one it is at a time: of those that were missed, the last alone. */
    static Optional<Step> step(Instant dueAt, Instant now) {
        return Arrays.stream(Step.values())
                .filter(step -> !step.at(dueAt).isAfter(now))
                .reduce((_, later) -> later);
    }
}
