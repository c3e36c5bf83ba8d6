package dev.berth.billing.invoice;

import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of an invoice before it has an id and its tax.
 *
 * @param component the component or fee it charges
 * @param charge what amounts billed already are summed by
 * @param workload null for what no workload caused, and for {@code others}
 * @param monthStart the month whose use it charges
 * @param quantity exact; negative in a correction that takes back
 * @param unitPrice an exact decimal in major units
 * @param zeroReason why it costs nothing; null otherwise
 * @param others whether it sums the workloads that have no line of their own
 */
record DraftLine(
        Kind kind,
        String component,
        String charge,
        @Nullable WorkloadId workload,
        Instant monthStart,
        String description,
        BigDecimal quantity,
        String unit,
        String unitPrice,
        long amountMinor,
        @Nullable String zeroReason,
        boolean others) {

    DraftLine(
            Kind kind,
            String component,
            String charge,
            @Nullable WorkloadId workload,
            Instant monthStart,
            String description,
            BigDecimal quantity,
            String unit,
            String unitPrice,
            long amountMinor,
            @Nullable String zeroReason) {
        this(
                kind,
                component,
                charge,
                workload,
                monthStart,
                description,
                quantity,
                unit,
                unitPrice,
                amountMinor,
                zeroReason,
                false);
    }

    /** Whether it charges its month, so that the rest of the month is charged the less for it. */
    boolean charges() {
        return kind != Kind.ZERO && kind != Kind.COUPON && kind != Kind.CARRY;
    }

    /** The charge of a coupon's line. */
    static String coupon(String code) {
        return "coupon:" + code;
    }

    /** What a line is for. */
    enum Kind {
        /** Use of the period. */
        USAGE,
        /** Use of an earlier period that came late, or turned out different. */
        CORRECTION,
        /** Use of the period that is not billed, and why. */
        ZERO,
        /** A fixed fee. */
        FIXED,
        /** The true-up to a minimum. */
        MINIMUM,
        /** What a coupon takes off: below zero. */
        COUPON,
        /** A credit carried to the next invoice (positive), or taken from an earlier one (negative). */
        CARRY;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
