package dev.berth.metering.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.unit.Period;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final Instant T0 = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void cutsAtEveryHourAndNowhereElse() {
        assertThat(Windows.cut(T0.plusSeconds(3000), T0.plusSeconds(7300), List.of()))
                .containsExactly(
                        new Period(T0.plusSeconds(3000), T0.plusSeconds(3600)),
                        new Period(T0.plusSeconds(3600), T0.plusSeconds(7200)),
                        new Period(T0.plusSeconds(7200), T0.plusSeconds(7300)));
        assertThat(Windows.cut(T0, T0.plusSeconds(3600), List.of())).hasSize(1);
        assertThat(Windows.cut(T0, T0, List.of())).isEmpty();
    }

    /** BILLING §7 (a): the sum over any partition of a period equals the whole. */
    @Property
    void theSumOverAnyCutsIsTheWhole(
            @ForAll @LongRange(min = 0, max = 4_102_444_800_000L) long startMs,
            @ForAll @LongRange(min = 1, max = 400_000_000L) long lengthMs,
            @ForAll @Size(max = 20) Set<@LongRange(min = -1000, max = 400_001_000L) Long> cutsAt,
            @ForAll @IntRange(min = 1, max = 1_024_000) int cpuMillis,
            @ForAll @IntRange(min = 1, max = 16_777_216) int memoryMib) {
        Instant start = Instant.ofEpochMilli(startMs);
        Instant end = start.plusMillis(lengthMs);
        List<Instant> cuts = cutsAt.stream().map(start::plusMillis).toList();
        List<Period> pieces = Windows.cut(start, end, cuts);

        Quantity sum = pieces.stream()
                .map(piece -> Quantity.of(piece.ms(), cpuMillis, memoryMib, 0))
                .reduce(Quantity.NONE, Quantity::plus);
        assertThat(sum).isEqualTo(Quantity.of(lengthMs, cpuMillis, memoryMib, 0));
        assertThat(pieces.getFirst().start()).isEqualTo(start);
        assertThat(pieces.getLast().end()).isEqualTo(end);
        for (int i = 0; i < pieces.size(); i++) {
            Period piece = pieces.get(i);
            assertThat(piece.ms()).isPositive();
            assertThat(Windows.hourOf(piece.start()))
                    .isEqualTo(Windows.hourOf(piece.end().minusMillis(1)));
            if (i > 0) {
                assertThat(piece.start()).isEqualTo(pieces.get(i - 1).end());
            }
        }
        assertThat(cuts.stream().filter(cut -> cut.isAfter(start) && cut.isBefore(end)))
                .allMatch(cut -> pieces.stream().anyMatch(piece -> piece.start().equals(cut)));
    }

    @Test
    @DisplayName("L4: two containers of 3 from the start of the period are a level of 6 for all of it")
    void vectorL4TwoOfThreeAtOnceAreSixForTheWholePeriod() {
        long month = Duration.ofDays(30).toMillis();
        Quantity both = Quantity.of(month, 3000, 1024, 0).plus(Quantity.of(month, 3000, 1024, 0));
        assertThat(both.cpuMillisMs()).isEqualTo(BigInteger.valueOf(6000L * month));
        assertThat(both.vcpuSeconds()).isEqualTo(Long.toString(6 * month / 1000));
    }

    @Test
    void quantitiesAreWrittenWithAllTheirDigits() {
        Quantity quantity = Quantity.of(1, 1, 1, 0);
        assertThat(quantity.containerSeconds()).isEqualTo("0.001");
        assertThat(quantity.vcpuSeconds()).isEqualTo("0.000001");
        assertThat(quantity.gibSeconds()).isEqualTo("0.0000009765625");
        assertThat(Quantity.NONE.containerSeconds()).isEqualTo("0.000");
        assertThat(Quantity.NONE.vcpuSeconds()).isEqualTo("0");
        assertThat(Quantity.of(3_600_000, 250, 256, 0).vcpuSeconds()).isEqualTo("900");
        assertThat(Quantity.of(3_600_000, 250, 256, 0).gibSeconds()).isEqualTo("900");
        Quantity huge = new Quantity(
                BigInteger.TEN.pow(37),
                BigInteger.TEN.pow(37),
                BigInteger.TEN.pow(37),
                BigInteger.ZERO,
                BigInteger.ZERO);
        assertThat(huge.vcpuSeconds()).isEqualTo("1" + "0".repeat(31));
    }
}
