package dev.berth.billing.cap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.billing.cap.Caps.Standing;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.rating.Pricing;
import dev.berth.billing.rating.Quantities;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the open period of an account costs so far, as it is watched.
 *
 * @param accrued what was used costs, without fees and tax
 * @param burnRate what an hour costs as everything runs now, by the list of prices and before any free allowance
 * @param cap the account's cap, or of a prepaid account without one its credit; null for none
 * @param used what counts against it: what accrued and the period's fees
 * @param secondsToCap until the first of cap and credit is reached if all goes on so; null when not in this period
 */
@JsonInclude
record LiveView(
        AccountId account,
        Instant asOf,
        Period period,
        Money accrued,
        String containerSeconds,
        String vcpuSeconds,
        String gibSeconds,
        int running,
        BurnRate burnRate,
        List<OfWorkload> workloads,
        List<OfVolume> volumes,
        @Nullable Money cap,
        Money used,
        @Nullable Long secondsToCap) {
    private static final long HOUR_MS = 3_600_000;
    private static final int RATE_DECIMALS = 6;

    record BurnRate(String perHour, String currency) {}

    record OfWorkload(String workload, Money accrued, String containerSeconds, int running) {}

    record OfVolume(String volume, Money accrued, String volumeGibHours, int gib) {}

    static LiveView of(Standing stands) {
        Reading reading = stands.reading();
        Accrual accrual = reading.accrual();
        String currency = accrual.customer().currency();
        List<OfWorkload> workloads = new ArrayList<>();
        List<OfVolume> volumes = new ArrayList<>();
        for (Map.Entry<WorkloadId, Accrual.Use> entry : accrual.use().entrySet()) {
            Accrual.Use use = entry.getValue();
            Money share = new Money(reading.shares().getOrDefault(entry.getKey(), 0L), currency);
            boolean ofVolume = use.used().volumeGibMs().signum() != 0
                    || use.perMs().volumeGibMs().signum() != 0;
            if (ofVolume) {
                volumes.add(new OfVolume(
                        new VolumeId(entry.getKey().uuid()).toString(),
                        share,
                        PriceBookFormat.text(use.used().of(Quantities.VOLUME)),
                        use.perMs().volumeGibMs().intValueExact()));
            } else {
                workloads.add(new OfWorkload(entry.getKey().toString(), share, seconds(use.used()), use.running()));
            }
        }
        Accrual.Use total = accrual.total();
        return new LiveView(
                accrual.customer().account(),
                accrual.asOf(),
                accrual.period(),
                new Money(accrual.usageMinor(), currency),
                seconds(total.used()),
                PriceBookFormat.text(total.used().of("vcpu_seconds")),
                PriceBookFormat.text(total.used().of("gib_seconds")),
                total.running(),
                new BurnRate(
                        listPrice(accrual, total.perMs())
                                .setScale(RATE_DECIMALS, RoundingMode.HALF_UP)
                                .toPlainString(),
                        currency),
                workloads,
                volumes,
                cap(stands, currency),
                new Money(reading.usedMinor(), currency),
                secondsToCap(stands));
    }

    private static @Nullable Money cap(Standing stands, String currency) {
        Long amount = stands.cap(CapKind.ACCOUNT, null)
                .map(SpendCap::amountMinor)
                .orElseGet(() -> stands.cap(CapKind.PREPAID, null).isPresent()
                        ? Long.valueOf(stands.reading().creditMinor())
                        : null);
        return amount == null ? null : new Money(amount, currency);
    }

    private static @Nullable Long secondsToCap(Standing stands) {
        return Stream.of(CapKind.ACCOUNT, CapKind.PREPAID)
                .flatMap(kind -> stands.cap(kind, null).stream())
                .map(cap -> Objects.requireNonNull(stands.reading().amount(cap)))
                .flatMap(amount -> stands.reading().accrual().msTo(amount).stream())
                .min(Long::compare)
                .map(ms -> ms / 1000)
                .orElse(null);
    }

    private static BigDecimal listPrice(Accrual accrual, Quantities perMs) {
        Quantities hour = perMs.times(HOUR_MS);
        return accrual.book().components().stream()
                .filter(component -> hour.of(component.id()).signum() > 0)
                .map(component -> Pricing.exact(component.model(), hour.of(component.id())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static String seconds(Quantities used) {
        return used.of("container_seconds").toPlainString();
    }
}
