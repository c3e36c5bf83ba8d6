package dev.berth.billing.invoice;

import dev.berth.billing.rating.Piece;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.Cause;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.wire.CopyRows;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Copies to invoices the intervals of their periods, and holds the sum of each against what was charged. However many there are, a few
 * thousand are in memory. Not thread-safe.
 */
final class IntervalCopy {
    private static final int ROWS = 5_000;

    private final DSLContext transaction;
    private final UsageRepository usage;
    private final int max;
    private CopyRows rows = none();

    /** Into a transaction; an invoice with more intervals is refused. */
    IntervalCopy(DSLContext transaction, UsageRepository usage, int max) {
        this.transaction = transaction;
        this.usage = usage;
        this.max = max;
    }

    /**
     * An invoice whose intervals are to be copied.
     *
     * @param range its period
     * @param charged what its period's use was charged as
     * @param late those that correct earlier invoices
     */
    record Of(
            InvoiceId invoice,
            UsageRepository.Range range,
            Instant monthStart,
            Quantities charged,
            List<BilledInterval> late) {}

    /** Copies those of some invoices. */
    void copy(List<Of> invoices) {
        Deque<OfOne> left = new ArrayDeque<>();
        invoices.forEach(of -> left.add(new OfOne(of, left.size())));
        usage.forEach(transaction, invoices.stream().map(Of::range).toList(), (piece, i) -> {
            while (left.getFirst().place < i) {
                left.removeFirst().end();
            }
            left.getFirst().add(piece);
        });
        left.forEach(OfOne::end);
        rows.into(transaction);
    }

    /** The intervals of one invoice. */
    private final class OfOne {
        private final Of of;
        private final int place;
        private final IntervalMerger merger;
        private Quantities copied = Quantities.NONE;
        private int count;

        OfOne(Of of, int place) {
            this.of = of;
            this.place = place;
            this.merger = new IntervalMerger(of.monthStart(), this::write);
        }

        void add(Piece piece) {
            copied = copied.plus(piece.quantities());
            merger.add(piece);
        }

        void end() {
            merger.end();
            of.late().forEach(this::write);
            if (!copied.equals(of.charged())) {
                throw new IllegalStateException(
                        "the intervals sum to %s, charged are %s".formatted(copied, of.charged()));
            }
        }

        private void write(BilledInterval interval) {
            if (count >= max) {
                throw new TooMuch("more than %d intervals".formatted(max));
            }
            Piece piece = interval.piece();
            Cause cause = piece.cause();
            rows.row()
                    .uuid(of.invoice().uuid())
                    .int4(count++)
                    .bool(interval.correction())
                    .uuid(piece.workload().uuid())
                    .uuid(piece.container().uuid())
                    .text(piece.engineId())
                    .instant(piece.intervalStart())
                    .instant(interval.intervalEnd())
                    .instant(Instant.ofEpochMilli(piece.startMs()))
                    .instant(Instant.ofEpochMilli(interval.endMs()))
                    .int8(interval.ms())
                    .int4(piece.cpuMillis())
                    .int4(piece.memoryMib())
                    .int4(piece.volumeGib())
                    .int8(interval.signedEgressBytes())
                    .bool(piece.billed())
                    .text(piece.zeroReason())
                    .instant(interval.monthStart())
                    .text(cause.operation())
                    .text(cause.actor())
                    .instant(cause.at());
            if (rows.size() >= ROWS) {
                rows.into(transaction);
                rows = none();
            }
        }
    }

    private static CopyRows none() {
        return new CopyRows(
                "invoice_interval",
                "invoice_id",
                "ordinal",
                "correction",
                "workload_id",
                "container_id",
                "engine_id",
                "interval_start",
                "interval_end",
                "part_start",
                "part_end",
                "ms",
                "cpu_millis",
                "memory_mib",
                "volume_gib",
                "egress_bytes",
                "billed",
                "zero_reason",
                "month_start",
                "operation",
                "actor",
                "caused_at");
    }
}
