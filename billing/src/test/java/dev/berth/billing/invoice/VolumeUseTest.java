package dev.berth.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.Billing;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.usage.VolumeUsageCorrected;
import dev.berth.schema.usage.VolumeUsageRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What volumes hold, on invoices. */
@Tag("parts")
class VolumeUseTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static Billing billing;
    private final VolumeId volume = VolumeId.next();

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-01T00:00:00Z");
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-01T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    private VolumeUsageRecorded piece(AccountId account, Instant begun, Instant from, Instant to, int gib) {
        return new VolumeUsageRecorded(account, volume, begun, null, from, to, gib, true, null);
    }

    /** Whole hours of a volume, cut as metering does. */
    private List<VolumeUsageRecorded> hours(AccountId account, String from, int hours, int gib) {
        List<VolumeUsageRecorded> pieces = new ArrayList<>();
        Instant begun = Instant.parse(from);
        for (int i = 0; i < hours; i++) {
            pieces.add(piece(account, begun, begun.plusSeconds(i * 3600L), begun.plusSeconds((i + 1) * 3600L), gib));
        }
        return pieces;
    }

    private InvoiceView closed(AccountId account, String at) {
        billing.clock.set(Instant.parse(at));
        billing.complete(billing.clock.instant());
        billing.close(account);
        return Seen.invoices(billing, account).getFirst();
    }

    @Test
    void gibHoursAreALineOfTheVolumeBesideThoseOfWorkloads() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.used(hours(account, "2026-03-10T00:00:00Z", 5, 10));
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 10_000);
        InvoiceView invoice = closed(account, "2026-03-11T00:00:00Z");

        InvoiceView.Line line = invoice.lines().stream()
                .filter(one -> one.volume() != null)
                .reduce((a, b) -> {
                    throw new AssertionError("two lines of one volume");
                })
                .orElseThrow();
        assertThat(line.volume()).isEqualTo(volume);
        assertThat(line.workload()).isNull();
        assertThat(line.component()).isEqualTo(Quantities.VOLUME);
        assertThat(line.unit()).isEqualTo("gib_hour");
        assertThat(line.quantity()).isEqualTo("50");
        assertThat(line.amount().amountMinor()).isEqualTo(50 * 36_00);
        assertThat(invoice.lines())
                .filteredOn(one -> WEB.equals(one.workload()))
                .isNotEmpty();
        assertThat(billing.reader
                        .intervals(invoice.id(), line.id(), 0, 10)
                        .orElseThrow()
                        .data())
                .singleElement()
                .satisfies(interval -> {
                    assertThat(interval.volume()).isEqualTo(volume);
                    assertThat(interval.container()).isNull();
                    assertThat(interval.volumeGib()).isEqualTo(10);
                    assertThat(interval.ms()).isEqualTo(5 * 3_600_000);
                });
        assertThat(invoice.lines()).noneMatch(one -> one.component().equals("container_seconds"));
    }

    @Test
    void aCorrectionOfWhatWasBilledIsOnTheNextInvoice() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        billing.used(hours(account, "2026-03-10T00:00:00Z", 2, 1));
        assertThat(closed(account, "2026-03-11T00:00:00Z").total().amountMinor())
                .isEqualTo(72_00);
        Instant second = Instant.parse("2026-03-10T01:00:00Z");
        billing.used(new VolumeUsageCorrected(
                account,
                volume,
                Instant.parse("2026-03-10T00:00:00Z"),
                second.plusSeconds(1800),
                second,
                second.plusSeconds(1800),
                1,
                true,
                null,
                1,
                "end_changed"));
        billing.used(hours(account, "2026-03-11T00:00:00Z", 1, 1));
        InvoiceView next = closed(account, "2026-03-12T00:00:00Z");
        assertThat(next.lines().stream()
                        .map(line -> line.kind() + " " + line.quantity() + " "
                                + line.amount().amountMinor()))
                .containsExactly("usage 1 3600", "correction -0.5 -1800");
        assertThat(next.lines()).allMatch(line -> volume.equals(line.volume()));
    }

    @Test
    void whatIsNotBilledIsAZeroLineInGibHours() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Instant start = Instant.parse("2026-03-10T00:00:00Z");
        billing.used(new VolumeUsageRecorded(
                account, volume, start, null, start, start.plusSeconds(1800), 4, false, "missing_stop"));
        InvoiceView invoice = closed(account, "2026-03-11T00:00:00Z");
        assertThat(invoice.total().amountMinor()).isZero();
        assertThat(invoice.lines()).singleElement().satisfies(line -> {
            assertThat(line.kind()).isEqualTo("zero");
            assertThat(line.quantity()).isEqualTo("2");
            assertThat(line.volume()).isEqualTo(volume);
            assertThat(line.zeroReason()).isEqualTo("missing_stop");
        });
    }

    @Test
    void anHoursMillisecondsThatDoNotDivideAreRoundedInTheEighteenthPlace() {
        assertThat(Quantities.of(1, 0, 0, 1).of(Quantities.VOLUME)).isEqualByComparingTo("0.000000277777777778");
        assertThat(Quantities.of(3_600_000, 0, 0, 7).of(Quantities.VOLUME)).isEqualByComparingTo("7");
        assertThat(Quantities.of(3_600_000, 0, 0, 7).of("container_seconds")).isEqualByComparingTo("0");
        assertThat(Quantities.of(1, 0, 0, 1).negate().of(Quantities.VOLUME))
                .isEqualByComparingTo("-0.000000277777777778");
    }
}
