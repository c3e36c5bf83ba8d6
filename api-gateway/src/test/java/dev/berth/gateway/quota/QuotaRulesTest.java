package dev.berth.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.account.Limits;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuotaRulesTest {
    private static Amount any(Random random, int bound) {
        return new Amount(
                random.nextInt(bound),
                random.nextInt(bound),
                random.nextInt(bound),
                random.nextInt(bound),
                random.nextInt(bound));
    }

    @Test
    void neverLetsAnythingGrowBeyondALimit() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Limits limits = new Limits(
                    random.nextInt(20), random.nextInt(20), random.nextInt(20), random.nextInt(20), random.nextInt(20));
            Amount others = any(random, 15);
            Amount mine = any(random, 15);
            Amount asked = any(random, 15);
            QuotaRules.Verdict verdict = QuotaRules.decide(limits, others, mine, asked);
            Amount after = others.plus(asked);
            boolean fits = (after.containers() <= limits.containers() || asked.containers() <= mine.containers())
                    && (after.cpuMillis() <= limits.cpuMillis() || asked.cpuMillis() <= mine.cpuMillis())
                    && (after.memoryMib() <= limits.memoryMib() || asked.memoryMib() <= mine.memoryMib())
                    && (after.volumes() <= limits.volumes() || asked.volumes() <= mine.volumes())
                    && (after.volumeGib() <= limits.volumeGib() || asked.volumeGib() <= mine.volumeGib());
            assertThat(verdict.allowed()).isEqualTo(fits);
            assertThat(verdict.after()).isEqualTo(after);
            assertThat(verdict.missing().values()).allMatch(missing -> missing > 0);
        }
    }

    @Test
    void givesAsManyAsFitAndOneMoreWouldNot() {
        Random random = new Random(8);
        for (int i = 0; i < 20_000; i++) {
            Limits limits = new Limits(
                    random.nextInt(40), random.nextInt(40), random.nextInt(40), random.nextInt(40), random.nextInt(40));
            Amount others = any(random, 15);
            Amount one = any(random, 4);
            int now = 1 + random.nextInt(4);
            int asked = 1 + random.nextInt(12);
            int most = QuotaRules.most(limits, others, one.times(now), one, now, asked);
            assertThat(most).isBetween(Math.min(now, asked), asked);
            assertThat(most <= now
                            || QuotaRules.decide(limits, others, one.times(now), one.times(most))
                                    .allowed())
                    .isTrue();
            assertThat(most == asked
                            || !QuotaRules.decide(limits, others, one.times(now), one.times(most + 1))
                                    .allowed())
                    .isTrue();
        }
    }

    @Test
    void alwaysAllowsToGiveBack() {
        Limits none = new Limits(0, 0, 0, 0, 0);
        assertThat(QuotaRules.decide(none, new Amount(5, 5, 5, 0, 0), new Amount(3, 3, 3, 0, 0), Amount.NONE)
                        .allowed())
                .isTrue();
    }

    @Test
    void namesByHowMuchEachLimitIsTooSmall() {
        QuotaRules.Verdict verdict = QuotaRules.decide(
                new Limits(10, 1000, 1000, 0, 0),
                new Amount(8, 800, 0, 0, 0),
                Amount.NONE,
                new Amount(5, 250, 1000, 0, 0));
        assertThat(verdict.missing()).isEqualTo(Map.of("containers", 3L, "cpu_millis", 50L));
        QuotaRules.Verdict volume = QuotaRules.decide(
                new Limits(0, 0, 0, 2, 10), Amount.ofVolume(2, 8), Amount.NONE, Amount.ofVolume(1, 5));
        assertThat(volume.missing()).isEqualTo(Map.of("volumes", 1L, "volume_gib", 3L));
    }
}
