package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.credit.CreditRules;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.ledger.Posting;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.rating.Quantities;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.Cause;
import dev.berth.schema.db.billing.tables.records.InvoiceRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.invoice.InvoiceFinalized;
import dev.berth.schema.wire.Json;
import dev.berth.schema.wire.Lease;
import dev.berth.schema.wire.Outbox;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Finishes periods that are complete: gathers, drafts, posts and numbers a few in one transaction, so that a crash leaves their
 * periods waiting and nothing else; where one of them cannot be finished, each is alone. Run by one replica at a time, which the database checks in every transaction. Thread-safe.
 */
@Component
public final class Closing {
    /** The most periods of one pass. */
    public static final int PASS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final DSLContext dsl;
    private final Customers customers;
    private final Periods periods;
    private final UsageRepository usage;
    private final Gatherer gatherer;
    private final InvoiceRepository invoices;
    private final Ledger ledger;
    private final Sealing sealing;
    private final Amounts amounts;
    private final Outbox outbox;
    private final InstantSource clock;
    private final InvoiceProperties properties;
    private final Batches batches = Batches.ofThisMachine();

    public Closing(
            DSLContext dsl,
            Customers customers,
            Periods periods,
            UsageRepository usage,
            UsageCost costs,
            InvoiceRepository invoices,
            Ledger ledger,
            Sealing sealing,
            Amounts amounts,
            Outbox outbox,
            InstantSource clock,
            InvoiceProperties properties) {
        this.dsl = dsl;
        this.customers = customers;
        this.periods = periods;
        this.usage = usage;
        this.gatherer = new Gatherer(usage, costs, invoices, amounts, properties);
        this.invoices = invoices;
        this.ledger = ledger;
        this.sealing = sealing;
        this.amounts = amounts;
        this.outbox = outbox;
        this.clock = clock;
        this.properties = properties;
    }

    /**
     * Ends the open periods whose month is over, and finishes every period that can be.
     *
     * @param fence throws {@link Lease.Fenced} in a transaction of a replica that lost the lease; several at a time ask it
     * @return how many it finished; with {@link #PASS} of them there may be others
     */
    public int pass(Consumer<DSLContext> fence) {
        Instant now = clock.instant();
        int ended;
        do {
            ended = batches.each(
                    periods.over(dsl, now, PASS),
                    accounts -> endMonths(accounts, now, fence),
                    (account, e) -> LOG.atError()
                            .addKeyValue("account", account)
                            .setCause(e)
                            .log("could not end a month; the next pass tries again"));
        } while (ended == PASS);
        return batches.each(periods.due(dsl, now, PASS), some -> finish(some, fence), (period, e) -> {
            LOG.atError()
                    .addKeyValue("account", period.account())
                    .addKeyValue("period", period.period())
                    .setCause(e)
                    .log("could not close a period; it will be tried again");
            periods.failed(dsl, period, String.valueOf(e.getMessage()), now);
        });
    }

    /** Finishes one period if it can be; a period that is finished stays as it is. */
    boolean finish(AccountId account, Instant periodStart, Consumer<DSLContext> fence) {
        return periods.find(dsl, account, periodStart)
                .filter(period -> finish(List.of(period), fence) > 0)
                .isPresent();
    }

    /** An invoice that has all but its number and the signature over that. */
    private record Issued(InvoiceRecord draft, Sealing.Prepared prepared, List<SignedDocument.Taxed> lines) {}

    /** A period when all others of its batch are as far: what is left is its invoice's number, which others wait for. */
    private record Drafted(
            BillingPeriod period, long cutoff, @Nullable Issued issued) {}

    /** Finishes those of some periods that can be, all in one transaction; answers how many. */
    private int finish(List<BillingPeriod> some, Consumer<DSLContext> fence) {
        return dsl.transactionResult(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            Instant now = clock.instant(); // of all that is said of these invoices, the year of their numbers too
            List<Drafted> drafted = new ArrayList<>();
            for (BillingPeriod period : some) {
                draft(transaction, period, now).ifPresent(drafted::add);
            }
            number(transaction, drafted, now);
            return drafted.size();
        });
    }

    private Optional<Drafted> draft(DSLContext transaction, BillingPeriod found, Instant now) {
        AccountId account = found.account();
        Instant periodStart = found.period().start();
        Optional<BillingPeriod> locked = periods.lock(transaction, account, periodStart);
        if (locked.isEmpty()) {
            return Optional.empty();
        }
        BillingPeriod period = locked.get();
        UsageRepository.Progress progress = usage.progress(transaction, account);
        if (!complete(period, progress.watermark(), now)) {
            return Optional.empty();
        }
        Customer customer = customers.find(transaction, account).orElseThrow();
        long cutoff = progress.ingested();
        Gatherer.Frame frame = new Gatherer.Frame(
                customer,
                period.period(),
                period.monthStart(),
                periods.knownBefore(transaction, account, periodStart),
                cutoff,
                List.of(),
                true);
        UsageRepository.Use use = usage.use(transaction, account, period.period(), cutoff);
        Gatherer.Gathered gathered = gatherer.gather(transaction, frame, use);
        Issued issued =
                gathered.result().nothingToBill() ? null : issue(transaction, frame, period, use, gathered, now);
        return Optional.of(new Drafted(period, cutoff, issued));
    }

    /** The last that is done: from the first number on, whoever finishes others waits. */
    private void number(DSLContext transaction, List<Drafted> drafted, Instant now) {
        SigningKeys.Signer signer = sealing.signer(transaction);
        String series = "%s-%d"
                .formatted(properties.numberPrefix(), now.atZone(ZoneOffset.UTC).getYear());
        List<Outbox.Draft> events = new ArrayList<>();
        for (Drafted one : drafted) {
            Issued issued = one.issued();
            if (issued != null) {
                InvoiceRecord draft = issued.draft();
                String number = invoices.number(transaction, draft.getInvoiceId(), series);
                sealing.seal(transaction, signer, issued.prepared(), draft, number, issued.lines());
                if (draft.getAmountDueMinor() == 0) {
                    invoices.settle(transaction, draft.getInvoiceId(), InvoiceStatus.PAID, now, "");
                }
                events.add(new Outbox.Draft(
                        event(draft, number, now),
                        Objects.requireNonNull(one.period().cause())));
            }
            InvoiceId invoice = issued == null ? null : issued.draft().getInvoiceId();
            periods.finished(transaction, one.period(), invoice, one.cutoff(), now);
        }
        outbox.appendAll(transaction, events);
    }

    Gatherer gatherer() {
        return gatherer;
    }

    private int endMonths(List<AccountId> accounts, Instant now, Consumer<DSLContext> fence) {
        dsl.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            fence.accept(transaction);
            for (AccountId account : accounts) {
                endMonth(transaction, account, now);
            }
        });
        return accounts.size();
    }

    private void endMonth(DSLContext transaction, AccountId account, Instant now) {
        Customer customer = customers.find(transaction, account).orElseThrow();
        BillingPeriod open = periods.openOf(transaction, account).orElseThrow();
        Instant end = open.period().end();
        if (!end.isAfter(now)) {
            periods.close(transaction, customer, end, Periods.AskedBy.CALENDAR, Cause.platform(now), now);
        }
    }

    private static boolean complete(BillingPeriod period, @Nullable Instant watermark, Instant now) {
        Instant notBefore = period.notBefore();
        return period.state() == PeriodState.WAITING_FOR_WATERMARK
                && notBefore != null
                && !now.isBefore(notBefore)
                && watermark != null
                && !watermark.isBefore(period.period().end());
    }

    private Issued issue(
            DSLContext transaction,
            Gatherer.Frame frame,
            BillingPeriod period,
            UsageRepository.Use use,
            Gatherer.Gathered gathered,
            Instant now) {
        List<DraftLine> lines = gathered.result().lines();
        if (lines.size() > properties.maxLines()) {
            throw new TooMuch("%d lines, more than berth.billing.invoice.max-lines = %d"
                    .formatted(lines.size(), properties.maxLines()));
        }
        Customer customer = frame.customer();
        TaxedLines taxed = amounts.tax(transaction, customer, lines, gathered::book, now);
        long total = Math.addExact(gathered.result().subtotalMinor(), taxed.taxMinor());
        List<CreditRules.Use> credits = amounts.credits(transaction, customer, 0, total, now, true);
        InvoiceRecord draft = draft(frame, period, gathered, now);
        Amounts.copy(taxed, draft);
        draft.setTotalMinor(total);
        draft.setCreditsMinor(CreditRules.sum(credits));
        draft.setAmountDueMinor(total - draft.getCreditsMinor());
        invoices.draft(transaction, draft);
        invoices.lines(transaction, draft.getInvoiceId(), customer.account(), lines, taxed);
        copyIntervals(transaction, draft.getInvoiceId(), frame, use.total(), gathered.lateIntervals());
        Cause cause = Objects.requireNonNull(period.cause());
        ledger.post(transaction, posting(draft, lines, cause));
        amounts.use(transaction, draft, lines, credits, draft.getFinalizedAt(), cause);
        Sealing.Prepared prepared =
                sealing.prepare(transaction, draft.getInvoiceId(), frame, gathered, taxed.inForce());
        return new Issued(draft, prepared, SignedDocument.Taxed.of(lines, taxed));
    }

    private InvoiceRecord draft(Gatherer.Frame frame, BillingPeriod period, Gatherer.Gathered gathered, Instant now) {
        Customer customer = frame.customer();
        Gathering.Result result = gathered.result();
        PriceBook book = gathered.book(frame.monthStart());
        Cause cause = Objects.requireNonNull(period.cause());
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
        draft.setUsagePartition(period.partition());
        draft.setIngestionCutoff(frame.cutoff());
        draft.setFinalizedAt(now.truncatedTo(ChronoUnit.MILLIS));
        draft.setDueAt(now.truncatedTo(ChronoUnit.MILLIS).plus(properties.netDays(), ChronoUnit.DAYS));
        draft.setOperation(cause.operation());
        draft.setActor(cause.actor());
        draft.setCausedAt(cause.at());
        return draft;
    }

    /** Copies the intervals of the period, and holds their sum against the one that was charged. */
    private void copyIntervals(
            DSLContext transaction,
            InvoiceId invoice,
            Gatherer.Frame frame,
            Quantities charged,
            List<BilledInterval> late) {
        InvoiceRepository.IntervalWriter writer =
                new InvoiceRepository.IntervalWriter(transaction, invoice, properties.maxIntervals());
        IntervalMerger merger = new IntervalMerger(frame.monthStart(), writer::add);
        Quantities[] copied = {Quantities.NONE};
        usage.forEach(transaction, frame.customer().account(), frame.period(), frame.cutoff(), piece -> {
            copied[0] = copied[0].plus(piece.quantities());
            merger.add(piece);
        });
        merger.end();
        late.forEach(writer::add);
        writer.flush();
        if (!copied[0].equals(charged)) {
            throw new IllegalStateException("the intervals sum to %s, charged are %s".formatted(copied[0], charged));
        }
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
