package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.credit.CreditRules;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.rating.UsageBody;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/**
 * The invoice that is gathering: the open period so far, from use that metering measured up to the second, in the very way in which
 * it will be made. Thread-safe.
 */
@Component
final class Upcoming {
    private final DSLContext dsl;
    private final Periods periods;
    private final Closing closing;
    private final Amounts amounts;
    private final UsageRepository usage;
    private final InvoiceProperties properties;
    private final InstantSource clock;

    Upcoming(
            DSLContext dsl,
            Periods periods,
            Closing closing,
            Amounts amounts,
            UsageRepository usage,
            InvoiceProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.periods = periods;
        this.closing = closing;
        this.amounts = amounts;
        this.usage = usage;
        this.properties = properties;
        this.clock = clock;
    }

    /** The period that goes on now. */
    Period period(Customer customer) {
        return period(dsl, customer);
    }

    private Period period(DSLContext snapshot, Customer customer) {
        Instant now = clock.instant();
        Period month = customer.calendar().monthOf(now);
        return periods.openOf(snapshot, customer.account())
                .map(BillingPeriod::period)
                .filter(open -> open.contains(now))
                .orElse(month);
    }

    /**
     * The invoice so far.
     *
     * @throws Refusal {@code invalid} if a row's key is no workload
     */
    InvoiceView of(Customer customer, UsageBody body) {
        return dsl.transactionResult(configuration -> {
            DSLContext snapshot = configuration.dsl();
            snapshot.execute("set transaction isolation level repeatable read, read only");
            return of(snapshot, customer, body);
        });
    }

    private InvoiceView of(DSLContext snapshot, Customer customer, UsageBody body) {
        Period period = period(snapshot, customer);
        Instant monthStart = customer.calendar().monthOf(period.start()).start();
        Instant now = clock.instant();
        Period soFar = new Period(period.start(), now.isBefore(period.end()) ? now : period.end());
        UsageRepository.Progress progress = usage.progress(snapshot, customer.account());
        long[] before = {0};
        Gatherer.Gathered gathered =
                gather(snapshot, customer, soFar, monthStart, progress.ingested(), use(body), before);
        Gathering.Result result = gathered.result();
        List<DraftLine> lines = result.lines();
        TaxedLines taxed = tax(snapshot, customer, gathered);
        List<InvoiceView.Line> shown = new ArrayList<>(lines.size());
        for (DraftLine line : lines) {
            shown.add(InvoiceView.line(line, taxed.lines().get(shown.size()), customer.currency()));
        }
        PriceBook book = gathered.book(monthStart);
        long total = Math.addExact(result.subtotalMinor(), taxed.taxMinor());
        long credits = CreditRules.sum(gathered.funds().credits(before[0], total, now));
        return new InvoiceView(
                null,
                null,
                InvoiceStatus.GATHERING.text(),
                customer.account(),
                period,
                customer.currency(),
                new Money(result.subtotalMinor(), customer.currency()),
                new Money(taxed.taxMinor(), customer.currency()),
                new Money(total, customer.currency()),
                new Money(total - credits, customer.currency()),
                shown,
                false,
                Json.mapper().valueToTree(result.components()),
                new InvoiceView.Terms(
                        book.name(),
                        book.version(),
                        null,
                        taxed.inForce().standard(),
                        null,
                        null,
                        customer.zone().getId(),
                        properties.netDays(),
                        new InvoiceView.CutOffs(soFar.end(), progress.partition(), progress.ingested())),
                null,
                null,
                null,
                null,
                null,
                InvoiceBreakdown.of(taxed, credits, customer.currency()));
    }

    private TaxedLines tax(DSLContext snapshot, Customer customer, Gatherer.Gathered gathered) {
        return TaxedLines.of(
                gathered.result().lines(),
                amounts.taxes(snapshot, clock.instant()).apply(customer.tax()),
                gathered::book);
    }

    /**
     * Gathers what earlier periods will charge that wait for their invoices, then the open one: what they used is no correction of
     * this one, and the allowance and credit that they use up are gone.
     *
     * @param before takes what will be due on those, which credit grants pay first
     */
    private Gatherer.Gathered gather(
            DSLContext snapshot,
            Customer customer,
            Period soFar,
            Instant monthStart,
            long ingested,
            SequencedMap<WorkloadId, ChargedMonth.Amounts> use,
            long[] before) {
        Gatherer gatherer = closing.gatherer();
        List<DraftLine> promised = new ArrayList<>();
        long known = periods.knownBefore(snapshot, customer.account(), soFar.start());
        for (BillingPeriod waiting : periods.unfinishedBefore(snapshot, customer.account(), soFar.start())) {
            var frame = new Gatherer.Frame(
                    customer, waiting.period(), waiting.monthStart(), known, ingested, List.copyOf(promised));
            var used = usage.use(snapshot, customer.account(), waiting.period(), ingested);
            Gatherer.Gathered gathered = gatherer.gather(snapshot, frame, Gatherer.Measured.of(used));
            Gathering.Result waits = gathered.result();
            long tax = tax(snapshot, customer, gathered).taxMinor();
            before[0] = Math.addExact(before[0], Math.addExact(waits.subtotalMinor(), tax));
            promised.addAll(waits.lines());
            known = ingested;
        }
        var frame = new Gatherer.Frame(customer, soFar, monthStart, known, ingested, promised);
        return gatherer.gather(snapshot, frame, new Gatherer.Measured(use, Map.of()));
    }

    /** A workload, or a volume, whose id stands where a workload's does. */
    private static WorkloadId subject(String key) {
        return key.startsWith(VolumeId.PREFIX + "_")
                ? new WorkloadId(VolumeId.parse(key).uuid())
                : WorkloadId.parse(key);
    }

    private static SequencedMap<WorkloadId, ChargedMonth.Amounts> use(UsageBody body) {
        Map<String, ObjectNode> byKey = new TreeMap<>();
        for (ObjectNode row : body.rows()) {
            byKey.put(row.path("key").asString(""), row);
        }
        SequencedMap<WorkloadId, ChargedMonth.Amounts> use = new LinkedHashMap<>();
        byKey.forEach((key, row) -> {
            try {
                WorkloadId workload = key.equals(UsageBody.OTHERS) ? Folding.OTHERS : subject(key);
                use.put(workload, component -> UsageBody.quantity(row, component));
            } catch (IllegalArgumentException e) {
                throw Refusal.invalid(
                        "data[].key", "the usage must be grouped by workload: %s".formatted(e.getMessage()));
            }
        });
        return use;
    }
}
