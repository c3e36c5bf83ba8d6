package dev.berth.gateway.workload;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.testing.FuzzTarget;
import java.time.Instant;
import java.util.List;

/** Crons and zones: one that is taken is kept as it is read, and its next times come one after another. */
final class ScheduleRulesFuzz implements FuzzTarget {
    private static final Instant NOW = Instant.parse("2026-03-29T00:30:00Z");

    @Override
    public int executions() {
        return 8_000;
    }

    @Override
    public void execute(byte[] input) {
        String[] parts = FuzzTarget.texts(input, 4);
        FieldCheck check = new FieldCheck();
        Schedule schedule = ScheduleRules.merge(
                new ScheduleShape(parts[0], given(parts[1]), given(parts[2]), given(parts[3]), null),
                null,
                true,
                check);
        try {
            check.done();
        } catch (Refusal e) {
            must(e.problem().code() == ErrorCode.INVALID, "refused as %s", e.problem());
            return;
        }
        must(schedule != null, "nothing is made of '%s'", parts[0]);
        List<Instant> next = schedule.next(NOW, 3);
        Instant before = NOW;
        for (Instant time : next) {
            must(time.isAfter(before), "'%s' comes at %s after %s", parts[0], time, before);
            before = time;
        }
        FieldCheck again = new FieldCheck();
        Schedule same = ScheduleRules.merge(asked(schedule), null, true, again);
        again.done();
        must(schedule.equals(same), "%s is read again as %s", schedule, same);
    }

    private static ScheduleShape asked(Schedule schedule) {
        return new ScheduleShape(
                schedule.cron(),
                schedule.timeZone().getId(),
                schedule.overlap().text(),
                schedule.missed().text(),
                null);
    }

    private static String given(String text) {
        return text.isEmpty() ? null : text;
    }
}
