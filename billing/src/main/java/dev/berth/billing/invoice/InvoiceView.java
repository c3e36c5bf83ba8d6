package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.schema.db.billing.tables.records.InvoiceIntervalRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An invoice as the API shows it. {@code components} says of each component and month how its charge came about: the quantity of
 * the month so far, the free part, the exact amount, and what was billed before.
 *
 * @param lines in a list only the first {@link #LISTED_LINES}; {@code more_lines} says whether there are others
 */
public record InvoiceView(
        @Nullable InvoiceId id,
        @Nullable String number,
        String status,
        AccountId account,
        Period period,
        String currency,
        Money subtotal,
        Money tax,
        Money total,
        Money amountDue,
        List<Line> lines,
        boolean moreLines,
        JsonNode components,
        Terms terms,
        @Nullable Instant finalizedAt,
        @Nullable Instant dueAt,
        @Nullable Instant paidAt,
        @Nullable Instant voidedAt,
        @Nullable String voidReason,
        InvoiceBreakdown breakdown) {
    /** The most lines of an invoice in a list. */
    public static final int LISTED_LINES = 100;

    /** Without coupons, credits and words on its tax. */
    public InvoiceView(
            @Nullable InvoiceId id,
            @Nullable String number,
            String status,
            AccountId account,
            Period period,
            String currency,
            Money subtotal,
            Money tax,
            Money total,
            Money amountDue,
            List<Line> lines,
            boolean moreLines,
            JsonNode components,
            Terms terms,
            @Nullable Instant finalizedAt,
            @Nullable Instant dueAt,
            @Nullable Instant paidAt,
            @Nullable Instant voidedAt,
            @Nullable String voidReason) {
        this(
                id,
                number,
                status,
                account,
                period,
                currency,
                subtotal,
                tax,
                total,
                amountDue,
                lines,
                moreLines,
                components,
                terms,
                finalizedAt,
                dueAt,
                paidAt,
                voidedAt,
                voidReason,
                InvoiceBreakdown.none(currency));
    }

    /** What was agreed when it was made: copies, which later changes do not touch. */
    public record Terms(
            String priceBook,
            int priceBookVersion,
            @Nullable JsonNode prices,
            BigDecimal taxRate,
            @Nullable JsonNode billTo,
            @Nullable JsonNode seller,
            String timeZone,
            int netDays,
            CutOffs cutOffs) {}

    /** Up to when use counts, and up to which arrival: pieces taken from a partition of {@code berth.usage}. */
    public record CutOffs(Instant eventTime, int partition, long ingested) {}

    /**
     * A line, of a workload or of a volume; {@code others} says that it sums the workloads that have no line of their own. {@code reduction}
     * is its share of coupons and of what is carried, which have lines of their own; its tax is on what that leaves.
     */
    public record Line(
            @Nullable InvoiceLineId id,
            String kind,
            String component,
            String description,
            String quantity,
            String unit,
            String unitPrice,
            Money amount,
            Money tax,
            @Nullable WorkloadId workload,
            @Nullable VolumeId volume,
            @Nullable String zeroReason,
            boolean others,
            String taxGroup,
            String taxRate,
            Money reduction) {
        /** In the standard group, without a rate and a reduction. */
        public Line(
                @Nullable InvoiceLineId id,
                String kind,
                String component,
                String description,
                String quantity,
                String unit,
                String unitPrice,
                Money amount,
                Money tax,
                @Nullable WorkloadId workload,
                @Nullable VolumeId volume,
                @Nullable String zeroReason,
                boolean others) {
            this(
                    id,
                    kind,
                    component,
                    description,
                    quantity,
                    unit,
                    unitPrice,
                    amount,
                    tax,
                    workload,
                    volume,
                    zeroReason,
                    others,
                    PriceBook.STANDARD_TAX,
                    "0",
                    Money.zero(amount.currency()));
        }
    }

    /** An interval behind a line, of a container or of a volume; {@code from} and {@code to} are the part of it that the invoice counts. */
    public record Interval(
            @Nullable ContainerId container,
            @Nullable String engineId,
            @Nullable WorkloadId workload,
            @Nullable VolumeId volume,
            Instant startedAt,
            @Nullable Instant finishedAt,
            Instant from,
            Instant to,
            long ms,
            int cpuMillis,
            int memoryMib,
            int volumeGib,
            long egressBytes,
            boolean billed,
            @Nullable String zeroReason,
            CausedBy cause) {}

    /** The call that an interval goes back to. */
    public record CausedBy(String operation, String actor, Instant at) {}

    static InvoiceView of(InvoiceRecord row, List<InvoiceLineRecord> lines, boolean more) {
        String currency = row.getCurrency();
        return new InvoiceView(
                row.getInvoiceId(),
                row.getNumber(),
                row.getStatus(),
                row.getAccountId(),
                new Period(row.getPeriodStart(), row.getPeriodEnd()),
                currency,
                new Money(row.getSubtotalMinor(), currency),
                new Money(row.getTaxMinor(), currency),
                new Money(row.getTotalMinor(), currency),
                new Money(row.getAmountDueMinor(), currency),
                lines.stream().map(line -> line(line, currency)).toList(),
                more,
                json(row.getComponents()),
                new Terms(
                        row.getPriceBook(),
                        row.getPriceBookVersion(),
                        json(row.getPriceBookTerms()),
                        row.getTaxRate(),
                        json(row.getBillTo()),
                        json(row.getSeller()),
                        row.getTimeZone(),
                        row.getNetDays(),
                        new CutOffs(row.getPeriodEnd(), row.getUsagePartition(), row.getIngestionCutoff())),
                row.getFinalizedAt(),
                row.getDueAt(),
                row.getPaidAt(),
                row.getVoidedAt(),
                row.getVoidReason(),
                InvoiceBreakdown.of(row));
    }

    static Line line(DraftLine line, TaxSplit.Taxed tax, String currency) {
        return new Line(
                null,
                line.kind().text(),
                line.component(),
                line.description(),
                quantity(line.component(), line.quantity()),
                line.unit(),
                line.unitPrice(),
                new Money(line.amountMinor(), currency),
                new Money(tax.taxMinor(), currency),
                workload(line.component(), line.workload()),
                volume(line.component(), line.workload()),
                line.zeroReason(),
                line.others(),
                tax.group(),
                PriceBookFormat.text(tax.rate()),
                new Money(tax.reductionMinor(), currency));
    }

    static Interval interval(InvoiceIntervalRecord row) {
        boolean ofVolume = row.getVolumeGib() > 0;
        return new Interval(
                ofVolume ? null : row.getContainerId(),
                row.getEngineId(),
                ofVolume ? null : row.getWorkloadId(),
                ofVolume ? new VolumeId(row.getContainerId().uuid()) : null,
                row.getIntervalStart(),
                row.getIntervalEnd(),
                row.getPartStart(),
                row.getPartEnd(),
                row.getMs(),
                row.getCpuMillis(),
                row.getMemoryMib(),
                row.getVolumeGib(),
                row.getEgressBytes(),
                row.getBilled(),
                row.getZeroReason(),
                new CausedBy(row.getOperation(), row.getActor(), row.getCausedAt()));
    }

    private static Line line(InvoiceLineRecord row, String currency) {
        return new Line(
                row.getLineId(),
                row.getKind(),
                row.getComponent(),
                row.getDescription(),
                quantity(row.getComponent(), row.getQuantity()),
                row.getUnit(),
                row.getUnitPrice(),
                new Money(row.getAmountMinor(), currency),
                new Money(row.getTaxMinor(), currency),
                workload(row.getComponent(), row.getWorkloadId()),
                volume(row.getComponent(), row.getWorkloadId()),
                row.getZeroReason(),
                row.getOthers(),
                row.getTaxGroup(),
                PriceBookFormat.text(row.getTaxRate()),
                new Money(row.getReductionMinor(), currency));
    }

    /** The workload of a line, if it is one's. */
    private static @Nullable WorkloadId workload(String component, @Nullable WorkloadId subject) {
        return component.equals(Quantities.VOLUME) ? null : subject;
    }

    /** The volume of a line, if it is one's. */
    private static @Nullable VolumeId volume(String component, @Nullable WorkloadId subject) {
        return subject != null && component.equals(Quantities.VOLUME) ? new VolumeId(subject.uuid()) : null;
    }

    /** Exact; seconds of containers always with their three decimals. */
    private static String quantity(String component, BigDecimal quantity) {
        return component.equals("container_seconds")
                ? quantity.setScale(3, java.math.RoundingMode.UNNECESSARY).toPlainString()
                : PriceBookFormat.text(quantity);
    }

    private static JsonNode json(JSONB text) {
        return Json.mapper().readTree(text.data());
    }
}
