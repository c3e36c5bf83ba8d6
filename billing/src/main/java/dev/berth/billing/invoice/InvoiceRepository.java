package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.CREDIT_NOTE;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_INTERVAL;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;
import static dev.berth.schema.db.billing.Tables.INVOICE_NUMBER;
import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.rating.Piece;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.InvoiceIntervalRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.InvoiceLineId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Component;

/** Invoices in the database: written once, then only their status moves. Thread-safe. */
@Component
public final class InvoiceRepository {
    private static final int ROWS = 500;

    /** The invoice, locked until the end of the transaction. */
    public Optional<Invoice> lock(DSLContext transaction, InvoiceId id) {
        return transaction
                .selectFrom(INVOICE)
                .where(INVOICE.INVOICE_ID.eq(id))
                .forUpdate()
                .fetchOptional(InvoiceRepository::read);
    }

    /** The invoice. */
    public Optional<Invoice> find(DSLContext dsl, InvoiceId id) {
        return dsl.selectFrom(INVOICE).where(INVOICE.INVOICE_ID.eq(id)).fetchOptional(InvoiceRepository::read);
    }

    /**
     * Moves a final invoice on. Nothing is due on it afterwards, unless it is only believed to be lost.
     *
     * @throws org.jooq.exception.DataAccessException if the step is not legal
     */
    public void settle(DSLContext transaction, InvoiceId id, InvoiceStatus status, Instant now, String reason) {
        var update = transaction.update(INVOICE).set(INVOICE.STATUS, status.text());
        var settled = switch (status) {
            case PAID -> update.set(INVOICE.PAID_AT, now).set(INVOICE.AMOUNT_DUE_MINOR, 0L);
            case VOID ->
                update.set(INVOICE.VOIDED_AT, now)
                        .set(INVOICE.VOID_REASON, reason)
                        .set(INVOICE.AMOUNT_DUE_MINOR, 0L);
            case UNCOLLECTIBLE -> update.set(INVOICE.UNCOLLECTIBLE_AT, now);
            case GATHERING, DRAFT, FINAL -> throw new IllegalArgumentException("%s settles nothing".formatted(status));
        };
        settled.where(INVOICE.INVOICE_ID.eq(id)).execute();
    }

    /** What was billed of some months of an account, on invoices of any status: what is void is not billed again. */
    Map<Instant, Billed> billed(DSLContext dsl, AccountId account, List<Instant> months) {
        Map<Instant, Map<String, BigDecimal>> quantities = new HashMap<>();
        Map<Instant, Map<String, Long>> amounts = new HashMap<>();
        dsl.select(
                        INVOICE_LINE.MONTH_START,
                        INVOICE_LINE.CHARGE,
                        DSL.sum(INVOICE_LINE.QUANTITY),
                        DSL.sum(INVOICE_LINE.AMOUNT_MINOR))
                .from(INVOICE_LINE)
                .where(
                        INVOICE_LINE.ACCOUNT_ID.eq(account),
                        INVOICE_LINE.MONTH_START.in(months),
                        INVOICE_LINE.KIND.notIn(
                                DraftLine.Kind.ZERO.text(), DraftLine.Kind.COUPON.text(), DraftLine.Kind.CARRY.text()))
                .groupBy(INVOICE_LINE.MONTH_START, INVOICE_LINE.CHARGE)
                .forEach(row -> {
                    quantities
                            .computeIfAbsent(row.value1(), _ -> new HashMap<>())
                            .put(row.value2(), row.value3());
                    amounts.computeIfAbsent(row.value1(), _ -> new HashMap<>())
                            .put(row.value2(), row.value4().longValueExact());
                });
        Map<Instant, Billed> billed = new HashMap<>();
        quantities.forEach((month, sums) -> billed.put(month, new Billed(sums, amounts.getOrDefault(month, Map.of()))));
        return billed;
    }

    /** Whether money may be on its way for a locked invoice; the room of payments begins no attempt without that lock. */
    boolean beingPaid(DSLContext transaction, InvoiceId id) {
        return transaction.fetchExists(
                PAYMENT, PAYMENT.INVOICE_ID.eq(id), PAYMENT.STATE.in("pending", "requires_action"));
    }

    /** Whether a credit note takes back a part of it. */
    boolean credited(DSLContext transaction, InvoiceId id) {
        return transaction.fetchExists(CREDIT_NOTE, CREDIT_NOTE.INVOICE_ID.eq(id));
    }

    /** Writes a draft. */
    void draft(DSLContext transaction, InvoiceRecord draft) {
        draft.setStatus(InvoiceStatus.DRAFT.text());
        transaction.insertInto(INVOICE).set(draft).execute();
    }

    /** Adds its lines, each with its part of the tax, in their order. */
    void lines(DSLContext transaction, InvoiceId id, AccountId account, List<DraftLine> lines, TaxedLines taxed) {
        List<InvoiceLineRecord> rows = new ArrayList<>(lines.size());
        for (DraftLine line : lines) {
            InvoiceLineRecord row = new InvoiceLineRecord();
            row.setLineId(InvoiceLineId.next());
            row.setInvoiceId(id);
            row.setAccountId(account);
            TaxSplit.Taxed tax = taxed.lines().get(rows.size());
            row.setTaxMinor(tax.taxMinor());
            row.setTaxGroup(tax.group());
            row.setTaxRate(tax.rate());
            row.setReductionMinor(tax.reductionMinor());
            row.setOrdinal(rows.size());
            row.setKind(line.kind().text());
            row.setComponent(line.component());
            row.setCharge(line.charge());
            row.setWorkloadId(line.workload());
            row.setMonthStart(line.monthStart());
            row.setDescription(line.description());
            row.setQuantity(line.quantity());
            row.setUnit(line.unit());
            row.setUnitPrice(line.unitPrice());
            row.setAmountMinor(line.amountMinor());
            row.setZeroReason(line.zeroReason());
            row.setOthers(line.others());
            rows.add(row);
        }
        for (int from = 0; from < rows.size(); from += ROWS) {
            transaction
                    .insertInto(INVOICE_LINE)
                    .set(rows.subList(from, Math.min(from + ROWS, rows.size())))
                    .execute();
        }
    }

    /**
     * Makes a draft final: the number is taken last, so that the row that counts is locked for as short as can be, and a
     * transaction that fails leaves no gap.
     *
     * @return its number
     */
    String number(DSLContext transaction, InvoiceId id, String series) {
        String text = nextNumber(transaction, series);
        transaction
                .update(INVOICE)
                .set(INVOICE.NUMBER, text)
                .set(INVOICE.STATUS, InvoiceStatus.FINAL.text())
                .where(INVOICE.INVOICE_ID.eq(id))
                .execute();
        return text;
    }

    /**
     * The next number of a series; others wait for it until the end of the transaction. Accounts on test clocks have series of their own: their
     * documents are none of the seller's.
     */
    String nextNumber(DSLContext transaction, String of) {
        String series = AccountTime.isBound() ? "TEST-" + of : of;
        long number = transaction
                .insertInto(INVOICE_NUMBER)
                .set(INVOICE_NUMBER.SERIES, series)
                .set(INVOICE_NUMBER.LAST_NUMBER, 1L)
                .onConflict(INVOICE_NUMBER.SERIES)
                .doUpdate()
                .set(INVOICE_NUMBER.LAST_NUMBER, INVOICE_NUMBER.LAST_NUMBER.plus(1))
                .returning(INVOICE_NUMBER.LAST_NUMBER)
                .fetchSingle()
                .getLastNumber();
        return "%s-%06d".formatted(series, number);
    }

    private static Invoice read(InvoiceRecord row) {
        return new Invoice(
                row.getInvoiceId(),
                row.getAccountId(),
                row.getNumber(),
                InvoiceStatus.of(row.getStatus()),
                row.getCurrency(),
                row.getTotalMinor(),
                row.getAmountDueMinor(),
                row.getDueAt());
    }

    /** Copies intervals to an invoice, a batch at a time. Not thread-safe. */
    static final class IntervalWriter {
        private final DSLContext transaction;
        private final InvoiceId invoice;
        private final int max;
        private final List<InvoiceIntervalRecord> rows = new ArrayList<>(ROWS);
        private int count;

        IntervalWriter(DSLContext transaction, InvoiceId invoice, int max) {
            this.transaction = transaction;
            this.invoice = invoice;
            this.max = max;
        }

        void add(BilledInterval interval) {
            if (count >= max) {
                throw new TooMuch("more than %d intervals".formatted(max));
            }
            Piece piece = interval.piece();
            Cause cause = piece.cause();
            InvoiceIntervalRecord row = new InvoiceIntervalRecord();
            row.setInvoiceId(invoice);
            row.setOrdinal(count++);
            row.setCorrection(interval.correction());
            row.setWorkloadId(piece.workload());
            row.setContainerId(piece.container());
            row.setEngineId(piece.engineId());
            row.setIntervalStart(piece.intervalStart());
            row.setIntervalEnd(interval.intervalEnd());
            row.setPartStart(Instant.ofEpochMilli(piece.startMs()));
            row.setPartEnd(Instant.ofEpochMilli(interval.endMs()));
            row.setMs(interval.ms());
            row.setCpuMillis(piece.cpuMillis());
            row.setMemoryMib(piece.memoryMib());
            row.setVolumeGib(piece.volumeGib());
            row.setEgressBytes(interval.signedEgressBytes());
            row.setBilled(piece.billed());
            row.setZeroReason(piece.zeroReason());
            row.setMonthStart(interval.monthStart());
            row.setOperation(cause.operation());
            row.setActor(cause.actor());
            row.setCausedAt(cause.at());
            rows.add(row);
            if (rows.size() == ROWS) {
                flush();
            }
        }

        void flush() {
            if (!rows.isEmpty()) {
                transaction.insertInto(INVOICE_INTERVAL).set(rows).execute();
                rows.clear();
            }
        }
    }
}
