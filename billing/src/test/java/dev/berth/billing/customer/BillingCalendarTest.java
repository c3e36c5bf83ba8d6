package dev.berth.billing.customer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.unit.Period;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BillingCalendarTest {
    @Test
    @DisplayName("L20: the anchor is remembered and never drifts")
    void anAnchorOfThe31stNeverDrifts() {
        BillingCalendar calendar = new BillingCalendar(ZoneId.of("UTC"), 31);
        List<LocalDate> starts = new ArrayList<>();
        Period period = calendar.monthOf(Instant.parse("2024-01-31T00:00:00Z"));
        for (int i = 0; i < 4; i++) {
            starts.add(LocalDate.ofInstant(period.start(), ZoneId.of("UTC")));
            period = calendar.monthOf(period.end());
        }
        assertThat(starts)
                .containsExactly(
                        LocalDate.of(2024, 1, 31),
                        LocalDate.of(2024, 2, 29),
                        LocalDate.of(2024, 3, 31),
                        LocalDate.of(2024, 4, 30));
    }

    @Test
    @DisplayName("K3: instants at the edges of months fall into the month of the account's zone")
    void instantsFallIntoTheMonthOfTheZone() {
        ZoneId newYork = ZoneId.of("America/New_York");
        BillingCalendar calendar = BillingCalendar.monthly(newYork);
        Period march = calendar.month(YearMonth.of(2023, 3));
        Period april = calendar.month(YearMonth.of(2023, 4));
        Period may = calendar.month(YearMonth.of(2023, 5));
        List<Instant> instants = List.of(
                at(newYork, 3, 1, 4, 0),
                at(newYork, 3, 15, 0, 0),
                at(newYork, 3, 31, 23, 59),
                at(newYork, 4, 1, 0, 0),
                at(newYork, 4, 1, 0, 1),
                at(newYork, 4, 15, 0, 0),
                at(newYork, 4, 30, 23, 59),
                at(newYork, 5, 1, 0, 0),
                at(newYork, 5, 1, 0, 1));
        assertThat(instants).filteredOn(march::contains).hasSize(3);
        assertThat(instants).filteredOn(april::contains).hasSize(4);
        assertThat(instants).filteredOn(may::contains).hasSize(2);
        assertThat(instants)
                .allSatisfy(instant ->
                        assertThat(calendar.monthOf(instant).contains(instant)).isTrue());
        assertThat(Duration.between(march.start(), march.end())).isEqualTo(Duration.ofHours(743));
        assertThat(march.ms()).isEqualTo(743L * 3_600_000);
    }

    @Test
    void monthsOfAllZonesOverTwentyYearsAreContiguousDisjointAndNotEmpty() {
        for (String zone : ZoneId.getAvailableZoneIds()) {
            for (int anchor : new int[] {1, 30, 31}) {
                BillingCalendar calendar = new BillingCalendar(ZoneId.of(zone), anchor);
                YearMonth month = YearMonth.of(2007, 1);
                Instant end = calendar.month(month).start();
                while (month.isBefore(YearMonth.of(2027, 1))) {
                    Period period = calendar.month(month);
                    assertThat(period.start()).as(zone).isEqualTo(end);
                    assertThat(period.end()).as(zone).isAfter(period.start());
                    assertThat(calendar.monthOf(period.start())).as(zone).isEqualTo(period);
                    assertThat(calendar.monthOf(period.end().minusMillis(1)))
                            .as(zone)
                            .isEqualTo(period);
                    end = period.end();
                    month = month.plusMonths(1);
                }
            }
        }
    }

    private static Instant at(ZoneId zone, int month, int day, int hour, int minute) {
        return LocalDateTime.of(2023, month, day, hour, minute).atZone(zone).toInstant();
    }
}
