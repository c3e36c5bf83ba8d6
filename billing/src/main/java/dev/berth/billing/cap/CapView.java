package dev.berth.billing.cap;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.billing.cap.Caps.Standing;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cap as its owner reads it; one that is not set has no amount.
 *
 * @param used what the period has cost so far, before tax; of the account with the fees of the whole period
 * @param remaining what is left of the amount, zero or more
 * @param percent how much of it is used, rounded down; null of an amount of nothing
 * @param notified the last percentage of which people were told in this period, 0 for none
 * @param reached whether its action is in force
 * @param msToCap when it will be reached if all goes on as it does; of the account only, null when not in this period
 * @param prepaid how the account's credit stands, where it is prepaid
 * @param workloads the caps of the account's workloads; empty for that of a workload
 */
@JsonInclude
record CapView(
        @Nullable WorkloadId workload,
        @Nullable Money amount,
        @Nullable String action,
        Money used,
        @Nullable Money remaining,
        @Nullable Integer percent,
        int notified,
        boolean reached,
        @Nullable Instant reachedAt,
        @Nullable Long msToCap,
        Period period,
        @Nullable Prepaid prepaid,
        List<OfWorkload> workloads) {

    /**
     * The credit of a prepaid account.
     *
     * @param credit what is left for this period
     * @param remaining what of that is not used yet, zero or more
     * @param reached whether it is used up
     */
    record Prepaid(Money credit, Money remaining, boolean reached) {}

    /** The cap of a workload, in short. */
    record OfWorkload(WorkloadId workload, Money amount, String action, Money used, boolean reached) {}

    static CapView of(Standing stands, @Nullable WorkloadId workload) {
        Reading reading = stands.reading();
        String currency = reading.accrual().customer().currency();
        SpendCap cap = stands.cap(workload == null ? CapKind.ACCOUNT : CapKind.WORKLOAD, workload)
                .orElse(null);
        long used = workload == null ? reading.usedMinor() : reading.shares().getOrDefault(workload, 0L);
        Long amount = cap == null ? null : cap.amountMinor();
        CapRules.State state = cap == null ? null : cap.state();
        boolean current = state != null
                && state.periodStart().equals(reading.accrual().period().start());
        return new CapView(
                workload,
                amount == null ? null : new Money(amount, currency),
                cap == null ? null : cap.action().text(),
                new Money(used, currency),
                amount == null ? null : new Money(Math.max(0, amount - used), currency),
                percent(used, amount),
                current ? Objects.requireNonNull(state).notified() : 0,
                cap != null && cap.reached(),
                cap == null ? null : cap.reachedAt(),
                amount == null || workload != null
                        ? null
                        : reading.accrual().msTo(amount).orElse(null),
                reading.accrual().period(),
                workload == null ? prepaid(stands, currency) : null,
                workload == null ? workloads(stands, currency) : List.of());
    }

    private static @Nullable Integer percent(long used, @Nullable Long amount) {
        if (amount == null || amount == 0) {
            return null;
        }
        BigInteger percent =
                BigInteger.valueOf(used).multiply(BigInteger.valueOf(100)).divide(BigInteger.valueOf(amount));
        return percent.min(BigInteger.valueOf(Integer.MAX_VALUE)).intValueExact();
    }

    private static @Nullable Prepaid prepaid(Standing stands, String currency) {
        Reading reading = stands.reading();
        return stands.cap(CapKind.PREPAID, null)
                .map(cap -> new Prepaid(
                        new Money(reading.creditMinor(), currency),
                        new Money(Math.max(0, reading.creditMinor() - reading.usedMinor()), currency),
                        cap.reached()))
                .orElse(null);
    }

    private static List<OfWorkload> workloads(Standing stands, String currency) {
        return stands.caps().stream()
                .filter(cap -> cap.active() && cap.kind() == CapKind.WORKLOAD)
                .map(cap -> new OfWorkload(
                        Objects.requireNonNull(cap.workload()),
                        new Money(Objects.requireNonNull(cap.amountMinor()), currency),
                        cap.action().text(),
                        new Money(stands.reading().used(cap), currency),
                        cap.reached()))
                .toList();
    }
}
