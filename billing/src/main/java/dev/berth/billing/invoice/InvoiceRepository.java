package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.CREDIT_NOTE;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static dev.berth.schema.db.billing.Tables.INVOICE_LINE;
import static dev.berth.schema.db.billing.Tables.INVOICE_NUMBER;
import static dev.berth.schema.db.billing.Tables.PAYMENT;

import dev.berth.billing.batch.Unnested;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.billing.time.AccountTime;
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
import java.util.stream.LongStream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record5;
import org.jooq.impl.DSL;
import org.springframework.stereotype.Component;

/** Invoices in the database: written once, then only their status moves. Thread-safe. */
@Component
public final class InvoiceRepository {
    /** So many rows are written by one statement. */
    static final int ROWS = 500;

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
        settle(transaction, List.of(id), status, now, reason);
    }

    /** As {@link #settle(DSLContext, InvoiceId, InvoiceStatus, Instant, String)}, several. */
    void settle(DSLContext transaction, List<InvoiceId> ids, InvoiceStatus status, Instant now, String reason) {
        if (ids.isEmpty()) {
            return;
        }
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
        settled.where(INVOICE.INVOICE_ID.in(ids)).execute();
    }

    /**
     * What was billed of months of some accounts, on invoices of any status: what is void is not billed again. Others of the months that
     * are asked for may be in it.
     */
    Map<AccountId, Map<Instant, Billed>> billed(DSLContext dsl, Map<AccountId, List<Instant>> months) {
        Map<AccountId, Map<Instant, Billed>> billed = new HashMap<>();
        dsl.select(
                        INVOICE_LINE.ACCOUNT_ID,
                        INVOICE_LINE.MONTH_START,
                        INVOICE_LINE.CHARGE,
                        DSL.sum(INVOICE_LINE.QUANTITY),
                        DSL.sum(INVOICE_LINE.AMOUNT_MINOR))
                .from(INVOICE_LINE)
                .where(
                        INVOICE_LINE.ACCOUNT_ID.in(months.keySet()),
                        INVOICE_LINE.MONTH_START.in(months.values().stream()
                                .flatMap(List::stream)
                                .distinct()
                                .toList()),
                        INVOICE_LINE.KIND.notIn(
                                DraftLine.Kind.ZERO.text(), DraftLine.Kind.COUPON.text(), DraftLine.Kind.CARRY.text()))
                .groupBy(INVOICE_LINE.ACCOUNT_ID, INVOICE_LINE.MONTH_START, INVOICE_LINE.CHARGE)
                .fetchGroups(INVOICE_LINE.ACCOUNT_ID)
                .forEach((account, rows) -> billed.put(account, billed(rows)));
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

    private static Map<Instant, Billed> billed(
            List<? extends Record5<?, Instant, String, BigDecimal, BigDecimal>> rows) {
        Map<Instant, Map<String, BigDecimal>> quantities = new HashMap<>();
        Map<Instant, Map<String, Long>> amounts = new HashMap<>();
        for (var row : rows) {
            quantities.computeIfAbsent(row.value2(), _ -> new HashMap<>()).put(row.value3(), row.value4());
            amounts.computeIfAbsent(row.value2(), _ -> new HashMap<>())
                    .put(row.value3(), row.value5().longValueExact());
        }
        Map<Instant, Billed> billed = new HashMap<>();
        quantities.forEach((month, sums) -> billed.put(month, new Billed(sums, amounts.getOrDefault(month, Map.of()))));
        return billed;
    }

    /** Writes drafts. */
    void draft(DSLContext transaction, List<InvoiceRecord> drafts) {
        drafts.forEach(draft -> draft.setStatus(InvoiceStatus.DRAFT.text()));
        transaction.insertInto(INVOICE).set(drafts).execute();
    }

    /** The lines of an invoice as rows, each with its part of the tax, in their order. */
    static List<InvoiceLineRecord> lines(InvoiceId id, AccountId account, List<DraftLine> lines, TaxedLines taxed) {
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
        return rows;
    }

    /** Adds lines to drafts. */
    void lines(DSLContext transaction, List<InvoiceLineRecord> rows) {
        for (int from = 0; from < rows.size(); from += ROWS) {
            transaction
                    .insertInto(INVOICE_LINE)
                    .set(rows.subList(from, Math.min(from + ROWS, rows.size())))
                    .execute();
        }
    }

    /**
     * Makes drafts final: the numbers are taken last, so that the row that counts is locked for as short as can be, and a transaction
     * that fails leaves no gap.
     *
     * @return their numbers, in their order
     */
    List<String> number(DSLContext transaction, List<InvoiceId> drafts, String series) {
        List<String> numbers = nextNumbers(transaction, series, drafts.size());
        Unnested rows = new Unnested("numbered");
        Field<InvoiceId> id = rows.add(INVOICE.INVOICE_ID, drafts);
        Field<String> number = rows.add(INVOICE.NUMBER, numbers);
        transaction
                .update(INVOICE)
                .set(INVOICE.NUMBER, number)
                .set(INVOICE.STATUS, InvoiceStatus.FINAL.text())
                .from(rows.table())
                .where(INVOICE.INVOICE_ID.eq(id))
                .execute();
        return numbers;
    }

    /** The next number of a series; see {@link #nextNumbers}. */
    String nextNumber(DSLContext transaction, String of) {
        return nextNumbers(transaction, of, 1).getFirst();
    }

    /**
     * The next numbers of a series; others wait for it until the end of the transaction. Accounts on test clocks have series of their own:
     * their documents are none of the seller's.
     */
    private static List<String> nextNumbers(DSLContext transaction, String of, int count) {
        String series = AccountTime.isBound() ? "TEST-" + of : of;
        long last = transaction
                .insertInto(INVOICE_NUMBER)
                .set(INVOICE_NUMBER.SERIES, series)
                .set(INVOICE_NUMBER.LAST_NUMBER, (long) count)
                .onConflict(INVOICE_NUMBER.SERIES)
                .doUpdate()
                .set(INVOICE_NUMBER.LAST_NUMBER, INVOICE_NUMBER.LAST_NUMBER.plus(count))
                .returning(INVOICE_NUMBER.LAST_NUMBER)
                .fetchSingle()
                .getLastNumber();
        return LongStream.rangeClosed(last - count + 1, last)
                .mapToObj(number -> "%s-%06d".formatted(series, number))
                .toList();
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
}
