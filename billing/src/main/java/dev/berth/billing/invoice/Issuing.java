package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.credit.CreditRules;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.TaxDetails;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.tax.InForce;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.InvoiceLineRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceProofRecord;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * Makes the invoices of some periods in one transaction. What is read and what is written goes over all of them at once, so that a
 * statement costs each of them a part of itself. Thread-safe.
 */
final class Issuing {
    /** So many characters of documents are in memory at once. */
    private static final long MAX_DOCUMENTS = 1_000_000;

    private final UsageRepository usage;
    private final Gatherer gatherer;
    private final InvoiceRepository invoices;
    private final Ledger ledger;
    private final Sealing sealing;
    private final Amounts amounts;
    private final Outbox outbox;
    private final InvoiceProperties properties;

    Issuing(
            UsageRepository usage,
            Gatherer gatherer,
            InvoiceRepository invoices,
            Ledger ledger,
            Sealing sealing,
            Amounts amounts,
            Outbox outbox,
            InvoiceProperties properties) {
        this.usage = usage;
        this.gatherer = gatherer;
        this.invoices = invoices;
        this.ledger = ledger;
        this.sealing = sealing;
        this.amounts = amounts;
        this.outbox = outbox;
        this.properties = properties;
    }

    /** A period that is to be billed, and who has closed it. */
    record Wanted(Gatherer.Frame frame, int partition, Cause cause) {}

    /** An invoice that has all but its number and the signature over that. */
    record Draft(Wanted of, InvoiceRecord invoice, Sealing.Prepared prepared, List<SignedDocument.Taxed> lines) {}

    /** What is written of an invoice beside itself. */
    private record Parts(
            Wanted of,
            UsageRepository.Use use,
            Gatherer.Gathered gathered,
            InvoiceRecord invoice,
            TaxedLines taxed,
            List<CreditRules.Use> credits) {
        List<DraftLine> lines() {
            return gathered.result().lines();
        }

        Sealing.Unsealed unsealed() {
            return new Sealing.Unsealed(invoice.getInvoiceId(), of.frame(), gathered, taxed.inForce());
        }
    }

    /**
     * Drafts the invoices of some periods, each of another account; null for one in which there is nothing to bill.
     *
     * @throws TooMuch if one of them would be too large
     */
    List<@Nullable Draft> draft(DSLContext transaction, List<Wanted> wanted, Instant now) {
        List<Gatherer.Frame> frames = wanted.stream().map(Wanted::frame).toList();
        List<UsageRepository.Use> uses = usage.uses(
                transaction, frames.stream().map(Gatherer.Frame::range).toList());
        List<Gatherer.Gathered> gathered = gatherer.gather(
                transaction, frames, uses.stream().map(Gatherer.Measured::of).toList());
        Function<TaxDetails, InForce> taxes = amounts.taxes(transaction, now);
        List<@Nullable Parts> all = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            Gatherer.Gathered one = gathered.get(i);
            all.add(one.result().nothingToBill() ? null : parts(wanted.get(i), uses.get(i), one, taxes, now));
        }
        List<Parts> some = all.stream().filter(Objects::nonNull).toList();
        List<Sealing.Prepared> prepared = some.isEmpty() ? List.of() : write(transaction, some);
        List<@Nullable Draft> drafts = new ArrayList<>(wanted.size());
        int next = 0;
        for (Parts parts : all) {
            drafts.add(
                    parts == null
                            ? null
                            : new Draft(
                                    parts.of(),
                                    parts.invoice(),
                                    prepared.get(next++),
                                    SignedDocument.Taxed.of(parts.lines(), parts.taxed())));
        }
        return drafts;
    }

    /** Makes drafts final, the last that is done: from the first number on, whoever finishes others waits. */
    void number(DSLContext transaction, List<Draft> drafts, Instant now) {
        if (drafts.isEmpty()) {
            return;
        }
        SigningKeys.Signer signer = sealing.signer(transaction);
        String series = "%s-%d"
                .formatted(properties.numberPrefix(), now.atZone(ZoneOffset.UTC).getYear());
        List<String> numbers = invoices.number(
                transaction,
                drafts.stream().map(draft -> draft.invoice().getInvoiceId()).toList(),
                series);
        List<InvoiceProofRecord> proofs = new ArrayList<>(drafts.size());
        long documents = 0;
        List<InvoiceId> paid = new ArrayList<>();
        List<Outbox.Draft> events = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            InvoiceRecord invoice = draft.invoice();
            String number = numbers.get(events.size());
            proofs.add(sealing.seal(signer, draft.prepared(), invoice, number, draft.lines()));
            if (invoice.getAmountDueMinor() == 0) {
                paid.add(invoice.getInvoiceId());
            }
            events.add(new Outbox.Draft(event(invoice, number, now), draft.of().cause()));
            documents += proofs.getLast().getDocument().length();
            if (documents > MAX_DOCUMENTS) {
                sealing.store(transaction, proofs);
                proofs.clear();
                documents = 0;
            }
        }
        sealing.store(transaction, proofs);
        invoices.settle(transaction, paid, InvoiceStatus.PAID, now, "");
        outbox.appendAll(transaction, events);
    }

    private Parts parts(
            Wanted wanted,
            UsageRepository.Use use,
            Gatherer.Gathered gathered,
            Function<TaxDetails, InForce> taxes,
            Instant now) {
        List<DraftLine> lines = gathered.result().lines();
        if (lines.size() > properties.maxLines()) {
            throw new TooMuch("%d lines, more than berth.billing.invoice.max-lines = %d"
                    .formatted(lines.size(), properties.maxLines()));
        }
        TaxedLines taxed =
                TaxedLines.of(lines, taxes.apply(wanted.frame().customer().tax()), gathered::book);
        long total = Math.addExact(gathered.result().subtotalMinor(), taxed.taxMinor());
        List<CreditRules.Use> credits = gathered.funds().credits(0, total, now);
        InvoiceRecord draft = draft(wanted, gathered, now);
        Amounts.copy(taxed, draft);
        draft.setTotalMinor(total);
        draft.setCreditsMinor(CreditRules.sum(credits));
        draft.setAmountDueMinor(total - draft.getCreditsMinor());
        return new Parts(wanted, use, gathered, draft, taxed, credits);
    }

    private List<Sealing.Prepared> write(DSLContext transaction, List<Parts> all) {
        List<Sealing.Prepared> prepared =
                sealing.prepare(transaction, all.stream().map(Parts::unsealed).toList());
        invoices.draft(transaction, all.stream().map(Parts::invoice).toList());
        List<InvoiceLineRecord> lines = new ArrayList<>();
        List<IntervalCopy.Of> intervals = new ArrayList<>();
        List<Posting> postings = new ArrayList<>();
        for (Parts one : all) {
            InvoiceRecord draft = one.invoice();
            lines.addAll(InvoiceRepository.lines(draft.getInvoiceId(), draft.getAccountId(), one.lines(), one.taxed()));
            if (lines.size() >= InvoiceRepository.ROWS) {
                invoices.lines(transaction, lines);
                lines.clear();
            }
            Gatherer.Frame frame = one.of().frame();
            intervals.add(new IntervalCopy.Of(
                    draft.getInvoiceId(),
                    frame.range(),
                    frame.monthStart(),
                    one.use().total(),
                    one.gathered().lateIntervals()));
            postings.add(posting(draft, one.lines(), one.of().cause()));
        }
        invoices.lines(transaction, lines);
        new IntervalCopy(transaction, usage, properties.maxIntervals()).copy(intervals);
        ledger.post(transaction, postings);
        for (Parts one : all) {
            amounts.use(
                    transaction,
                    one.invoice(),
                    one.lines(),
                    one.credits(),
                    one.invoice().getFinalizedAt(),
                    one.of().cause());
        }
        return prepared;
    }

    private InvoiceRecord draft(Wanted wanted, Gatherer.Gathered gathered, Instant now) {
        Gatherer.Frame frame = wanted.frame();
        Customer customer = frame.customer();
        Gathering.Result result = gathered.result();
        PriceBook book = gathered.book(frame.monthStart());
        Cause cause = wanted.cause();
        InvoiceRecord draft = new InvoiceRecord();
        draft.setInvoiceId(InvoiceId.next());
        draft.setAccountId(customer.account());
        draft.setKind("usage");
        draft.setPeriodStart(frame.period().start());
        draft.setPeriodEnd(frame.period().end());
        draft.setCurrency(customer.currency());
        draft.setSubtotalMinor(result.subtotalMinor());
        draft.setPriceBook(book.name());
        draft.setPriceBookVersion(book.version());
        draft.setPriceBookTerms(PriceBooks.terms(book, book.version()));
        draft.setComponents(json(result.components()));
        draft.setBillTo(Amounts.buyer(customer));
        draft.setSeller(amounts.seller(properties.seller()));
        draft.setTimeZone(customer.zone().getId());
        draft.setNetDays(properties.netDays());
        draft.setUsagePartition(wanted.partition());
        draft.setIngestionCutoff(frame.cutoff());
        draft.setFinalizedAt(now.truncatedTo(ChronoUnit.MILLIS));
        draft.setDueAt(now.truncatedTo(ChronoUnit.MILLIS).plus(properties.netDays(), ChronoUnit.DAYS));
        draft.setOperation(cause.operation());
        draft.setActor(cause.actor());
        draft.setCausedAt(cause.at());
        return draft;
    }

    private static Posting posting(InvoiceRecord draft, List<DraftLine> lines, Cause cause) {
        long carried = lines.stream()
                .filter(line -> line.kind() == DraftLine.Kind.CARRY)
                .mapToLong(DraftLine::amountMinor)
                .sum();
        return new Posting(
                "invoice:%s:finalized".formatted(draft.getInvoiceId()),
                "invoice_finalized",
                draft.getAccountId(),
                draft.getInvoiceId(),
                null,
                draft.getCurrency(),
                Map.of(
                        LedgerAccount.RECEIVABLE, draft.getTotalMinor(),
                        LedgerAccount.REVENUE, -(draft.getSubtotalMinor() - carried),
                        LedgerAccount.CREDIT, -carried,
                        LedgerAccount.TAX, -draft.getTaxMinor()),
                draft.getFinalizedAt(),
                cause);
    }

    private static InvoiceFinalized event(InvoiceRecord draft, String number, Instant now) {
        return new InvoiceFinalized(
                draft.getAccountId(),
                draft.getInvoiceId(),
                number,
                draft.getPeriodStart(),
                draft.getPeriodEnd(),
                draft.getCurrency(),
                draft.getSubtotalMinor(),
                draft.getTaxMinor(),
                draft.getTotalMinor(),
                draft.getAmountDueMinor(),
                draft.getDueAt(),
                now);
    }

    private static JSONB json(@Nullable Object tree) {
        return JSONB.valueOf(Json.mapper().writeValueAsString(tree));
    }
}
