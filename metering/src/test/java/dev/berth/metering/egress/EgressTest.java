package dev.berth.metering.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EgressTest {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    private static Instant at(long ms) {
        return T0.plusMillis(ms);
    }

    /** By the definition alone: the greatest of all that were read before. */
    private static long stand(List<Map.Entry<Instant, Long>> all, Instant before) {
        return all.stream()
                .filter(reading -> reading.getKey().isBefore(before))
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElse(0);
    }

    /** A meter that grows, and now and then is read by a clock that went back; each reading comes any number of times, in any order and cut. */
    @Property(tries = 400)
    void anyOrderAndAnyDuplicationGivesTheSameBytesInEverySpan(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int count) {
        Random random = new Random(seed);
        List<Map.Entry<Instant, Long>> all = new ArrayList<>();
        long meter = 0;
        long now = 0;
        for (int i = 0; i < count; i++) {
            meter += random.nextInt(3) * 100L;
            now = Math.max(0, now + random.nextInt(2_000) - 300);
            all.add(Map.entry(at(now), meter));
        }
        List<Map.Entry<Instant, Long>> delivered = new ArrayList<>(all);
        for (int i = 0; i < count; i++) {
            delivered.add(all.get(random.nextInt(count)));
        }
        Collections.shuffle(delivered, random);
        Egress egress = Egress.NONE;
        for (int i = 0; i < delivered.size(); ) {
            TreeMap<Instant, Long> batch = new TreeMap<>();
            for (int n = 1 + random.nextInt(5); n > 0 && i < delivered.size(); n--, i++) {
                batch.merge(delivered.get(i).getKey(), delivered.get(i).getValue(), Math::max);
            }
            egress = egress.with(batch);
        }
        Instant end = at(100_000);
        assertThat(egress.between(Instant.EPOCH, end))
                .as("all that was ever read")
                .isEqualTo(meter);
        for (int i = 0; i < 30; i++) {
            Instant from = at(random.nextInt(20_000));
            Instant middle = from.plusMillis(random.nextInt(10_000));
            Instant to = middle.plusMillis(random.nextInt(10_000));
            assertThat(egress.between(from, to)).isEqualTo(stand(all, to) - stand(all, from));
            assertThat(egress.between(from, middle) + egress.between(middle, to))
                    .isEqualTo(egress.between(from, to));
        }
    }

    @Test
    void aLateReadingMovesBytesAndMakesNone() {
        Egress egress = Egress.NONE.with(Map.of(at(1000), 100L, at(3000), 250L));
        assertThat(egress.between(at(0), at(2000))).isEqualTo(100);
        assertThat(egress.between(at(2000), at(4000))).isEqualTo(150);
        Egress later = egress.with(Map.of(at(1500), 180L));
        assertThat(later.between(at(0), at(2000))).isEqualTo(180);
        assertThat(later.between(at(2000), at(4000))).isEqualTo(70);
        assertThat(later.differsFrom(egress)).contains(at(1500));
        assertThat(later.differsFrom(later.with(Map.of(at(2000), 180L, at(3000), 9L))))
                .isEmpty();
        assertThat(later.between(at(4000), at(2000))).isZero();
    }

    @Test
    void whatStoodBeforeIsNotCountedAgain() {
        Egress egress = new Egress(500, new TreeMap<>(Map.of(at(1000), 600L)));
        assertThat(egress.between(at(0), at(2000))).isEqualTo(100);
        assertThatThrownBy(() -> new Egress(500, new TreeMap<>(Map.of(at(1000), 500L))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
