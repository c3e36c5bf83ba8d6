package dev.berth.gateway.letter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.letter.ReminderRules.Step;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReminderRulesTest {
    private static final Instant DUE = Instant.parse("2026-12-15T09:00:00Z");

    private static Instant fromDue(long days) {
        return DUE.plus(Duration.ofDays(days));
    }

    @Test
    void remindsThreeDaysBeforeADayAfterAndAWeekAfter() {
        Instant finalized = fromDue(-14);
        assertThat(ReminderRules.first(finalized, DUE, Instant.MIN)).contains(fromDue(-3));
        assertThat(ReminderRules.next(DUE, fromDue(-3))).contains(fromDue(1));
        assertThat(ReminderRules.next(DUE, fromDue(1))).contains(fromDue(7));
        assertThat(ReminderRules.next(DUE, fromDue(7))).isEmpty();
    }

    @Test
    void nobodyIsRemindedOfWhatTheyWereSentJustNow() {
        assertThat(ReminderRules.first(fromDue(-3), DUE, Instant.MIN)).contains(fromDue(1));
        assertThat(ReminderRules.first(fromDue(-3).minus(Duration.ofHours(12)), DUE, Instant.MIN))
                .contains(fromDue(1));
        assertThat(ReminderRules.first(fromDue(-3).minus(Duration.ofHours(13)), DUE, Instant.MIN))
                .contains(fromDue(-3));
        assertThat(ReminderRules.first(DUE, DUE, Instant.MIN)).as("due at once").contains(fromDue(1));
    }

    @Test
    void ofThoseThatWereMissedTheLastAloneIsSent() {
        assertThat(ReminderRules.step(DUE, fromDue(-4))).isEmpty();
        assertThat(ReminderRules.step(DUE, fromDue(-3))).contains(Step.THREE_DAYS_BEFORE);
        assertThat(ReminderRules.step(DUE, DUE)).contains(Step.THREE_DAYS_BEFORE);
        assertThat(ReminderRules.step(DUE, fromDue(2))).contains(Step.A_DAY_AFTER);
        assertThat(ReminderRules.step(DUE, fromDue(400))).contains(Step.A_WEEK_AFTER);
    }

    @Test
    void ofAnInvoiceOfLongAgoOnlyWhatIsStillAhead() {
        assertThat(ReminderRules.first(fromDue(-14), DUE, fromDue(2))).contains(fromDue(7));
        assertThat(ReminderRules.first(fromDue(-14), DUE, fromDue(8))).isEmpty();
    }
}
