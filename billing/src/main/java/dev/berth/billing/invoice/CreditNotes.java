package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.CREDIT_NOTE;
import static dev.berth.schema.db.billing.Tables.INVOICE;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.credit.CreditGrant;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Page;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.tax.TaxSplit;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.CreditNoteRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.CreditGrantId;
import dev.berth.schema.id.CreditNoteId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.CreditNoteIssued;
import dev.berth.schema.unit.Money;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Takes back parts of final invoices: what was not paid is no longer owed, what was becomes credit or is paid back. Numbers are gapless, of a series of
 * their own. Thread-safe.
 */
@Component
public final class CreditNotes {
    private static final int FIRST_USED = 10;

    private final DSLContext dsl;
    private final InvoiceRepository invoices;
    private final Ledger ledger;
    private final Credits credits;
    private final Outbox outbox;
    private final ApplicationEventPublisher events;
    private final InstantSource clock;

    public CreditNotes(
            DSLContext dsl,
            InvoiceRepository invoices,
            Ledger ledger,
            Credits credits,
            Outbox outbox,
            ApplicationEventPublisher events,
            InstantSource clock) {
        this.dsl = dsl;
        this.invoices = invoices;
        this.ledger = ledger;
        this.credits = credits;
        this.outbox = outbox;
        this.events = events;
        this.clock = clock;
    }

    /**
     * What is to be taken back.
     *
     * @param net before tax; null for all that is left
     * @param key what a repetition of the request is known by, null when it cannot be
     */
    public record Asked(
            InvoiceId invoice,
            @Nullable Money net,
            String reason,
            @Nullable String key) {}

    /** A note that was issued, in a transaction that is not over; {@code settled} is to be told after it. */
    public record Issued(CreditNoteId id, boolean fresh, Optional<InvoiceSettled> settled) {}

    /**
     * Takes back a part of an invoice; what was paid of it becomes credit.
     *
     * @throws Refusal {@code not_found}, {@code payment_in_progress}, {@code invalid}, or {@code credit_note_refused} when so much is not left
     */
    public CreditNoteView issue(InvoiceId id, @Nullable Money net, String reason, @Nullable String key, Cause cause) {
        Asked asked = new Asked(id, net, reason, key);
        Issued issued = dsl.transactionResult(configuration -> issue(configuration.dsl(), asked, _ -> 0, cause));
        issued.settled().ifPresent(events::publishEvent);
        return find(issued.id()).orElseThrow();
    }

    /**
     * Takes back a part of an invoice, which is locked until the end of the transaction.
     *
     * @param refundable asked, in minor units, how much of what was paid is paid back by whoever issues it, who books that; the rest
     *     becomes credit
     * @throws Refusal as {@link #issue(InvoiceId, Money, String, String, Cause)}
     */
    public Issued issue(DSLContext transaction, Asked asked, ToLongFunction<Money> refundable, Cause cause) {
        InvoiceId id = asked.invoice();
        InvoiceRecord invoice = transaction
                .selectFrom(INVOICE)
                .where(INVOICE.INVOICE_ID.eq(id))
                .forUpdate()
                .fetchOptional()
                .orElseThrow(() -> InvoiceIds.unknown(id.toString()));
        Optional<CreditNoteId> before = byKey(transaction, id, asked.key());
        if (before.isPresent()) {
            return new Issued(before.get(), false, Optional.empty());
        }
        CreditNoteRecord draft = draft(transaction, invoice, asked.net(), asked.reason(), cause);
        draft.setRequestKey(asked.key());
        long paid = draft.getTotalMinor() - draft.getUnpaidMinor();
        draft.setRefundedMinor(refundable.applyAsLong(new Money(paid, invoice.getCurrency())));
        draft.setCreditedMinor(paid - draft.getRefundedMinor());
        book(transaction, invoice, draft, cause);
        boolean settled = owed(transaction, invoice, draft);
        int year = draft.getIssuedAt().atZone(ZoneOffset.UTC).getYear();
        draft.setNumber(invoices.nextNumber(transaction, "CN-%d".formatted(year)));
        transaction.insertInto(CREDIT_NOTE).set(draft).execute();
        outbox.append(transaction, event(draft), cause);
        return new Issued(
                draft.getCreditNoteId(),
                true,
                settled ? Optional.of(new InvoiceSettled(invoice.getAccountId(), id, cause)) : Optional.empty());
    }

    /**
     * Ends the credit that a note became, which its caller pays back and books.
     *
     * @return how much it was, in minor units
     * @throws Refusal {@code credit_refused} if something of it was used
     */
    public long takeCredit(DSLContext transaction, CreditNoteId note, Instant now) {
        return credits.takeBack(transaction, note, now);
    }

    /** Gives what a note takes back as credit; who calls books it. */
    public CreditGrantId giveCredit(
            DSLContext transaction, CreditNoteView note, long amountMinor, String why, Cause cause) {
        return credits.grantOf(
                transaction, note.id(), grant(note.account(), note.total().currency(), amountMinor, why), cause);
    }

    private static Credits.NewGrant grant(AccountId account, String currency, long amountMinor, String why) {
        return new Credits.NewGrant(
                account, CreditGrant.Kind.REFUND, currency, amountMinor, FIRST_USED, why, null, null);
    }

    private static Optional<CreditNoteId> byKey(DSLContext transaction, InvoiceId id, @Nullable String key) {
        return key == null
                ? Optional.empty()
                : transaction
                        .select(CREDIT_NOTE.CREDIT_NOTE_ID)
                        .from(CREDIT_NOTE)
                        .where(CREDIT_NOTE.INVOICE_ID.eq(id), CREDIT_NOTE.REQUEST_KEY.eq(key))
                        .fetchOptional(CREDIT_NOTE.CREDIT_NOTE_ID);
    }

    private CreditNoteRecord draft(
            DSLContext transaction, InvoiceRecord invoice, @Nullable Money net, String reason, Cause cause) {
        InvoiceStatus status = InvoiceStatus.of(invoice.getStatus());
        if (status != InvoiceStatus.FINAL && status != InvoiceStatus.PAID && status != InvoiceStatus.UNCOLLECTIBLE) {
            throw new Refusal(
                    ErrorCode.CREDIT_NOTE_REFUSED,
                    "The invoice %s is %s.".formatted(invoice.getInvoiceId(), status.text()));
        }
        if (invoices.beingPaid(transaction, invoice.getInvoiceId())) {
            throw new Refusal(
                    ErrorCode.PAYMENT_IN_PROGRESS,
                    "An attempt to pay %s has no result yet.".formatted(invoice.getInvoiceId()));
        }
        if (net != null && !net.currency().equals(invoice.getCurrency())) {
            throw Refusal.invalid("net.currency", "the invoice is in %s".formatted(invoice.getCurrency()));
        }
        List<CreditNoteRules.Group> groups = groups(transaction, invoice);
        long left = CreditNoteRules.left(groups);
        long wanted = net == null ? left : net.amountMinor();
        if (wanted < 1 || wanted > left) {
            throw new Refusal(
                    ErrorCode.CREDIT_NOTE_REFUSED,
                    "Of the invoice %s %s are not taken back yet, before tax."
                            .formatted(invoice.getNumber(), new Money(left, invoice.getCurrency()).display()));
        }
        List<CreditNoteRules.Part> parts = CreditNoteRules.of(groups, wanted);
        long tax = parts.stream().mapToLong(CreditNoteRules.Part::taxMinor).reduce(0, Math::addExact);
        long total = Math.addExact(wanted, tax);
        if (tax < 0) {
            throw new Refusal(
                    ErrorCode.CREDIT_NOTE_REFUSED,
                    "Its corrections took back more tax than this part bears; take back all.");
        }
        CreditNoteRecord draft = new CreditNoteRecord();
        draft.setCreditNoteId(CreditNoteId.next());
        draft.setInvoiceId(invoice.getInvoiceId());
        draft.setAccountId(invoice.getAccountId());
        draft.setCurrency(invoice.getCurrency());
        draft.setNetMinor(wanted);
        draft.setTaxMinor(tax);
        draft.setTotalMinor(total);
        draft.setUnpaidMinor(Math.min(total, invoice.getAmountDueMinor()));
        draft.setTaxes(taxes(parts));
        draft.setReason(reason);
        draft.setIssuedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        draft.setOperation(cause.operation());
        draft.setActor(cause.actor());
        return draft;
    }

    /** The groups of an invoice; one of before there were several has one. */
    private static List<CreditNoteRules.Group> groups(DSLContext transaction, InvoiceRecord invoice) {
        Map<String, Long> taken = new HashMap<>();
        transaction
                .select(CREDIT_NOTE.TAXES)
                .from(CREDIT_NOTE)
                .where(CREDIT_NOTE.INVOICE_ID.eq(invoice.getInvoiceId()))
                .forEach(row -> InvoiceBreakdown.taxes(row.value1().data(), invoice.getCurrency())
                        .forEach(tax -> taken.merge(tax.taxGroup(), tax.base().amountMinor(), Math::addExact)));
        List<CreditNoteRules.Group> groups = new ArrayList<>();
        for (InvoiceBreakdown.TaxRow row :
                InvoiceBreakdown.taxes(invoice.getTaxes().data(), invoice.getCurrency())) {
            groups.add(new CreditNoteRules.Group(
                    row.taxGroup(),
                    row.label(),
                    new BigDecimal(row.rate()),
                    row.base().amountMinor(),
                    row.tax().amountMinor(),
                    taken.getOrDefault(row.taxGroup(), 0L)));
        }
        return groups.isEmpty()
                ? List.of(new CreditNoteRules.Group(
                        PriceBook.STANDARD_TAX,
                        "Tax",
                        invoice.getTaxRate(),
                        invoice.getSubtotalMinor(),
                        invoice.getTaxMinor(),
                        taken.getOrDefault(PriceBook.STANDARD_TAX, 0L)))
                : groups;
    }

    private static JSONB taxes(List<CreditNoteRules.Part> parts) {
        List<TaxSplit.Group> sums = parts.stream()
                .map(part -> new TaxSplit.Group(
                        part.group().group(),
                        part.group().label(),
                        part.group().rate(),
                        part.netMinor(),
                        part.taxMinor()))
                .toList();
        return JSONB.valueOf(Json.mapper().writeValueAsString(TaxedLines.rows(sums)));
    }

    private void book(DSLContext transaction, InvoiceRecord invoice, CreditNoteRecord draft, Cause cause) {
        boolean lost = InvoiceStatus.of(invoice.getStatus()) == InvoiceStatus.UNCOLLECTIBLE;
        Map<LedgerAccount, Long> entries = new EnumMap<>(LedgerAccount.class);
        entries.put(LedgerAccount.REVENUE, draft.getNetMinor());
        entries.put(LedgerAccount.TAX, draft.getTaxMinor());
        entries.put(lost ? LedgerAccount.WRITE_OFF : LedgerAccount.RECEIVABLE, -draft.getUnpaidMinor());
        entries.put(LedgerAccount.CREDIT, -draft.getCreditedMinor() - draft.getRefundedMinor());
        ledger.post(
                transaction,
                new Posting(
                        "credit_note:%s".formatted(draft.getCreditNoteId()),
                        "credit_note_issued",
                        draft.getAccountId(),
                        draft.getInvoiceId(),
                        null,
                        draft.getCurrency(),
                        entries,
                        draft.getIssuedAt(),
                        cause));
        if (draft.getCreditedMinor() > 0) {
            String why = "Taken back from invoice %s".formatted(invoice.getNumber());
            credits.grantOf(
                    transaction,
                    draft.getCreditNoteId(),
                    grant(draft.getAccountId(), draft.getCurrency(), draft.getCreditedMinor(), why),
                    cause);
        }
    }

    /** What is still owed; answers whether nothing is any more. */
    private boolean owed(DSLContext transaction, InvoiceRecord invoice, CreditNoteRecord draft) {
        if (draft.getUnpaidMinor() == 0) {
            return false;
        }
        long due = invoice.getAmountDueMinor() - draft.getUnpaidMinor();
        transaction
                .update(INVOICE)
                .set(INVOICE.AMOUNT_DUE_MINOR, due)
                .where(INVOICE.INVOICE_ID.eq(invoice.getInvoiceId()))
                .execute();
        if (due == 0) {
            invoices.settle(transaction, invoice.getInvoiceId(), InvoiceStatus.PAID, draft.getIssuedAt(), "");
        }
        return due == 0;
    }

    private static CreditNoteIssued event(CreditNoteRecord draft) {
        return new CreditNoteIssued(
                draft.getAccountId(),
                draft.getInvoiceId(),
                draft.getCreditNoteId(),
                draft.getNumber(),
                draft.getCurrency(),
                draft.getTotalMinor(),
                draft.getReason(),
                draft.getIssuedAt());
    }

    /** A credit note. */
    public Optional<CreditNoteView> find(CreditNoteId id) {
        return find(dsl, id);
    }

    /** A credit note, as a transaction sees it. */
    public Optional<CreditNoteView> find(DSLContext transaction, CreditNoteId id) {
        return transaction
                .select(CREDIT_NOTE.asterisk(), INVOICE.NUMBER)
                .from(CREDIT_NOTE)
                .join(INVOICE)
                .on(INVOICE.INVOICE_ID.eq(CREDIT_NOTE.INVOICE_ID))
                .where(CREDIT_NOTE.CREDIT_NOTE_ID.eq(id))
                .fetchOptional(CreditNotes::view);
    }

    /** A page of an account's, the newest first, after one; of one invoice if it is given, of all accounts when none is. */
    Page<CreditNoteView> page(
            @Nullable AccountId account, @Nullable InvoiceId invoice, @Nullable CreditNoteId before, int limit) {
        List<CreditNoteView> rows = dsl.select(CREDIT_NOTE.asterisk(), INVOICE.NUMBER)
                .from(CREDIT_NOTE)
                .join(INVOICE)
                .on(INVOICE.INVOICE_ID.eq(CREDIT_NOTE.INVOICE_ID))
                .where(
                        account == null ? DSL.noCondition() : CREDIT_NOTE.ACCOUNT_ID.eq(account),
                        invoice == null ? DSL.noCondition() : CREDIT_NOTE.INVOICE_ID.eq(invoice),
                        before == null ? DSL.noCondition() : CREDIT_NOTE.CREDIT_NOTE_ID.lt(before))
                .orderBy(CREDIT_NOTE.CREDIT_NOTE_ID.desc())
                .limit(limit + 1)
                .fetch(CreditNotes::view);
        return Page.of(rows, limit, note -> note.id().toString());
    }

    private static CreditNoteView view(Record row) {
        String currency = row.get(CREDIT_NOTE.CURRENCY);
        Instant issuedAt = row.get(CREDIT_NOTE.ISSUED_AT);
        return new CreditNoteView(
                row.get(CREDIT_NOTE.CREDIT_NOTE_ID),
                row.get(CREDIT_NOTE.NUMBER),
                row.get(CREDIT_NOTE.INVOICE_ID),
                Objects.requireNonNull(row.get(INVOICE.NUMBER)),
                row.get(CREDIT_NOTE.ACCOUNT_ID),
                new Money(row.get(CREDIT_NOTE.NET_MINOR), currency),
                new Money(row.get(CREDIT_NOTE.TAX_MINOR), currency),
                new Money(row.get(CREDIT_NOTE.TOTAL_MINOR), currency),
                InvoiceBreakdown.taxes(row.get(CREDIT_NOTE.TAXES).data(), currency),
                new Money(row.get(CREDIT_NOTE.UNPAID_MINOR), currency),
                new Money(row.get(CREDIT_NOTE.CREDITED_MINOR), currency),
                new Money(row.get(CREDIT_NOTE.REFUNDED_MINOR), currency),
                row.get(CREDIT_NOTE.REASON),
                issuedAt);
    }
}
