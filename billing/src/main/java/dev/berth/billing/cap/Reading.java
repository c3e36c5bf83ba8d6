package dev.berth.billing.cap;

import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.Rounding;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an account's caps are held against at one moment. Immutable.
 *
 * @param accrual of the period that goes on
 * @param usedMinor what counts against a cap of the account
 * @param shares what each workload's use costs
 * @param waiting earlier periods that have no invoice yet, where they were looked at
 * @param creditMinor the credit that is left when what is used and not invoiced yet of earlier periods is taken off; zero or more
 */
record Reading(Accrual accrual, long usedMinor, Map<WorkloadId, Long> shares, List<Accrual> waiting, long creditMinor) {

    static Reading of(Accruals.Of of, long creditMinor) {
        Accrual open = of.open();
        long waiting = of.waiting().stream().mapToLong(Accrual::usedMinor).reduce(0, Math::addExact);
        return new Reading(open, open.usedMinor(), open.byWorkload(), of.waiting(), Math.max(0, creditMinor - waiting));
    }

    /** What counts against a cap. */
    long used(SpendCap cap) {
        WorkloadId workload = cap.workload();
        return workload == null ? usedMinor : shares.getOrDefault(workload, 0L);
    }

    /** The same of an earlier period that has no invoice yet. */
    static long used(SpendCap cap, Accrual earlier) {
        WorkloadId workload = cap.workload();
        return workload == null ? earlier.usedMinor() : earlier.byWorkload().getOrDefault(workload, 0L);
    }

    /** The accrual of the period that a cap was last judged in; empty when that is long over. */
    Optional<Accrual> judgedIn(CapRules.State state) {
        return Stream.concat(Stream.of(accrual), waiting.stream())
                .filter(one -> one.period().start().equals(state.periodStart()))
                .findFirst();
    }

    /** The amount of a cap; null when there is none. */
    @Nullable
    Long amount(SpendCap cap) {
        if (!cap.active()) {
            return null;
        }
        return cap.kind() == CapKind.PREPAID ? Long.valueOf(creditMinor) : cap.amountMinor();
    }

    /** Whether nothing that a cap counts runs. */
    boolean rests(SpendCap cap) {
        WorkloadId workload = cap.workload();
        Accrual.Use use = workload == null ? accrual.total() : accrual.of(workload);
        return use.running() == 0;
    }

    /** What goes on in a while costs that what a cap counts needs to stop, rounded up to a minor unit. */
    long bound(SpendCap cap, Duration during) {
        WorkloadId workload = cap.workload();
        Quantities perMs = (workload == null ? accrual.total() : accrual.of(workload)).perMs();
        return Rounding.toMinorUp(
                accrual.more(perMs.times(during.toMillis())), accrual.customer().currency());
    }
}
