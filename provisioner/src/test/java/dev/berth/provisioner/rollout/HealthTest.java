package dev.berth.provisioner.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.workload.CheckType;
import dev.berth.schema.workload.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HealthTest {
    private static final Instant T0 = Instant.parse("2026-11-22T08:00:00Z");

    private static HealthCheck check(int interval, int retries, int startPeriod) {
        return new HealthCheck(CheckType.TCP, null, 80, List.of(), interval, 1, retries, startPeriod);
    }

    @Test
    void failuresWithinTheStartPeriodDoNotCountUntilItHasPassedOnce() {
        HealthCheck check = check(5, 1, 60);
        Health health = Health.UNKNOWN;
        for (int s = 0; s < 60; s++) {
            health = health.next(check, T0, "refused", T0.plusSeconds(s));
            assertThat(health.status()).isEqualTo(Health.Status.STARTING);
        }
        assertThat(health.next(check, T0, "refused", T0.plusSeconds(60)).status())
                .isEqualTo(Health.Status.FAILING);
        Health passed = health.next(check, T0, null, T0.plusSeconds(30));
        assertThat(passed.status()).isEqualTo(Health.Status.PASSING);
        assertThat(passed.next(check, T0, "refused", T0.plusSeconds(35)).status())
                .isEqualTo(Health.Status.FAILING);
    }

    /** However often it is asked while it starts, it has as many intervals as its owner gave it. */
    @Property
    void aSlowProgramHasItsTime(
            @ForAll @IntRange(min = 5, max = 30) int interval,
            @ForAll @IntRange(min = 1, max = 10) int retries,
            @ForAll @IntRange(min = 0, max = 100) int startPeriod) {
        HealthCheck check = check(interval, retries, startPeriod);
        Health health = Health.UNKNOWN;
        Instant at = T0;
        while (health.status() == Health.Status.STARTING) {
            health = health.next(check, T0, "no", at);
            if (health.status() == Health.Status.STARTING) {
                at = health.due(check, at);
            }
        }
        long least = Math.max(startPeriod, interval) + (long) (retries - 1) * interval;
        assertThat(Duration.between(T0, at).toSeconds()).isBetween(least, least + 1);
    }

    /** The latest answers decide, whatever came before. */
    @Property
    void oneSuccessPassesAndSoManyFailuresInARowFail(
            @ForAll @Size(max = 40) List<Boolean> answers, @ForAll @IntRange(min = 1, max = 5) int retries) {
        HealthCheck check = check(5, retries, 0);
        Health health = Health.UNKNOWN.next(check, T0, null, T0);
        Instant at = T0;
        int inARow = 0;
        Instant since = T0;
        boolean failing = false;
        for (boolean well : answers) {
            at = health.due(check, at).isBefore(at.plusSeconds(5)) ? at.plusSeconds(5) : health.due(check, at);
            health = health.next(check, T0, well ? null : "no", at);
            inARow = well ? 0 : inARow + 1;
            if (well && failing) {
                since = at;
            }
            failing = !well && (failing || inARow >= retries);
            assertThat(health.status()).isEqualTo(failing ? Health.Status.FAILING : Health.Status.PASSING);
            assertThat(health.passingSince()).isEqualTo(failing ? null : since);
        }
    }
}
