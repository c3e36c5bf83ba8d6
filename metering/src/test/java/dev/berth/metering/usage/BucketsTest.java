package dev.berth.metering.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.metering.usage.Buckets.Grouping;
import dev.berth.metering.usage.Buckets.Part;
import dev.berth.metering.window.Windows;
import dev.berth.schema.unit.Period;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BucketsTest {
    @Test
    void daysBeginAtMidnightOfTheZone() {
        Buckets buckets = Buckets.of(
                new Period(Instant.parse("2026-10-24T10:00:00Z"), Instant.parse("2026-10-26T10:00:00Z")),
                Grouping.DAY,
                ZoneId.of("Europe/Berlin"),
                Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(buckets.keys()).containsExactly("2026-10-24", "2026-10-25", "2026-10-26");
        assertThat(buckets.windows())
                .containsExactly(
                        new Part(0, Instant.parse("2026-10-24T10:00:00Z"), Instant.parse("2026-10-24T22:00:00Z")),
                        new Part(1, Instant.parse("2026-10-24T22:00:00Z"), Instant.parse("2026-10-25T23:00:00Z")),
                        new Part(2, Instant.parse("2026-10-25T23:00:00Z"), Instant.parse("2026-10-26T10:00:00Z")));
        assertThat(buckets.edges()).isEmpty();
    }

    @Test
    void aMidnightThatIsNoHourIsAnEdge() {
        Buckets buckets = Buckets.of(
                new Period(Instant.parse("2026-11-20T18:30:00Z"), Instant.parse("2026-11-21T18:30:00Z")),
                Grouping.DAY,
                ZoneId.of("Asia/Kolkata"),
                Instant.parse("2026-12-01T00:00:00Z"));
        assertThat(buckets.keys()).containsExactly("2026-11-21");
        assertThat(buckets.edges())
                .containsExactly(
                        new Part(0, Instant.parse("2026-11-20T18:30:00Z"), Instant.parse("2026-11-20T19:00:00Z")),
                        new Part(0, Instant.parse("2026-11-21T18:00:00Z"), Instant.parse("2026-11-21T18:30:00Z")));
    }

    @Property(tries = 500)
    void windowsAndEdgesTogetherAreTheTimeThatIsAskedForOnce(
            @ForAll @LongRange(min = 1_600_000_000_000L, max = 1_900_000_000_000L) long startMs,
            @ForAll @LongRange(min = 1, max = 20L * 86_400_000) long lengthMs,
            @ForAll @LongRange(min = -10L * 86_400_000, max = 30L * 86_400_000) long windowedMs,
            @ForAll Grouping grouping,
            @ForAll("zones") ZoneId zone) {
        Period asked = new Period(Instant.ofEpochMilli(startMs), Instant.ofEpochMilli(startMs + lengthMs));
        Instant windowed = Windows.hourOf(Instant.ofEpochMilli(startMs + windowedMs));
        Buckets buckets = Buckets.of(asked, grouping, zone, windowed);

        List<Part> all = Stream.concat(buckets.windows().stream(), buckets.edges().stream())
                .sorted(Comparator.comparing(Part::from))
                .toList();
        Instant at = asked.start();
        for (Part part : all) {
            assertThat(part.from()).isEqualTo(at);
            assertThat(part.to()).isAfter(part.from());
            at = part.to();
        }
        assertThat(at).isEqualTo(asked.end());
        for (Part part : buckets.windows()) {
            assertThat(Windows.hourOf(part.from())).isEqualTo(part.from());
            assertThat(Windows.hourOf(part.to())).isEqualTo(part.to());
            assertThat(part.to()).isBeforeOrEqualTo(windowed);
        }
        for (Part part : buckets.edges()) {
            if (part.from().isBefore(windowed)) {
                assertThat(Windows.hourOf(part.from()))
                        .isEqualTo(Windows.hourOf(part.to().minusMillis(1)));
            }
        }
        assertThat(buckets.keys()).doesNotHaveDuplicates();
    }

    @Provide
    Arbitrary<ZoneId> zones() {
        return Arbitraries.of(
                ZoneOffset.UTC,
                ZoneId.of("Europe/Berlin"),
                ZoneId.of("America/New_York"),
                ZoneId.of("Asia/Kolkata"),
                ZoneId.of("Asia/Kathmandu"),
                ZoneId.of("Australia/Lord_Howe"),
                ZoneId.of("Pacific/Apia"));
    }
}
