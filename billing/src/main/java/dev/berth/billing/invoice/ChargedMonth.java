package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.rating.MonthShare;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.SequencedMap;

/**
 * A month that an invoice charges: its own, or an earlier one that it corrects.
 *
 * @param start when the month begins
 * @param label how lines name it, such as {@code 2026-11}
 * @param book the version that prices it
 * @param billed what was billed of it already
 * @param corrections by workload, then component: what earlier periods used more, or less, than was billed
 * @param use by workload, then component: what the invoice's own period used; empty in an earlier month
 * @param share how much of the month is over at the end of the invoice's period
 */
record ChargedMonth(
        Instant start,
        String label,
        PriceBook book,
        Billed billed,
        SequencedMap<WorkloadId, Amounts> corrections,
        SequencedMap<WorkloadId, Amounts> use,
        MonthShare share) {

    /** Quantities by component. */
    @FunctionalInterface
    interface Amounts {
        BigDecimal of(String component);
    }
}
