package dev.berth.launcher.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An invoice as the API tells it, with the intervals of every line.
 *
 * @param number its number
 * @param status such as {@code paid}
 * @param currency ISO 4217
 * @param totalMinor what is owed, in minor units
 * @param lines its lines
 */
record Invoiced(String id, String number, String status, String currency, long totalMinor, List<Line> lines) {
    Invoiced {
        lines = List.copyOf(lines);
    }

    /**
     * One line.
     *
     * @param component the meter, such as {@code vcpu_seconds}
     * @param quantity as printed
     * @param unitPrice as printed; null for lines that have none, such as tax
     * @param amountMinor in minor units
     * @param workload whose it is; empty when it is the account's
     */
    record Line(
            String id,
            String component,
            String description,
            BigDecimal quantity,
            @Nullable BigDecimal unitPrice,
            long amountMinor,
            String workload,
            List<Interval> intervals) {
        Line {
            intervals = List.copyOf(intervals);
        }
    }

    /**
     * One interval behind a line.
     *
     * @param ms what it counts
     * @param operation the call that caused it
     * @param actor who called
     * @param causedAt when
     */
    record Interval(
            String container,
            String engineId,
            Instant startedAt,
            Instant finishedAt,
            long ms,
            int cpuMillis,
            int memoryMib,
            boolean billed,
            String operation,
            String actor,
            String causedAt) {}
}
