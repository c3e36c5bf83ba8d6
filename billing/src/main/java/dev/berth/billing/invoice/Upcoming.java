package dev.berth.billing.invoice;

import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.customer.Customer;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.rating.Tax;
import dev.berth.billing.rating.UsageBody;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.Money;
import dev.berth.schema.unit.Period;
import dev.berth.schema.wire.Json;
import java.math.BigDecimal;
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
    private final InvoiceRepository invoices;
    private final UsageRepository usage;
    private final InvoiceProperties properties;
    private final InstantSource clock;

    Upcoming(
            DSLContext dsl,
            Periods periods,
            Closing closing,
            InvoiceRepository invoices,
            UsageRepository usage,
            InvoiceProperties properties,
            InstantSource clock) {
        this.dsl = dsl;
        this.periods = periods;
        this.closing = closing;
        this.invoices = invoices;
        this.usage = usage;
        this.properties = properties;
        this.clock = clock;
    }

    /** The period that goes on now. */
    Period period(Customer customer) {
        Instant now = clock.instant();
        Period month = customer.calendar().monthOf(now);
        return periods.openOf(dsl, customer.account())
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
        Period period = period(customer);
        Instant monthStart = customer.calendar().monthOf(period.start()).start();
        Instant now = clock.instant();
        Period soFar = new Period(period.start(), now.isBefore(period.end()) ? now : period.end());
        UsageRepository.Progress progress = usage.progress(dsl, customer.account());
        // While an earlier period waits for its own invoice, what it used is no correction of this one.
        long known = periods.waits(dsl, customer.account())
                ? progress.ingested()
                : periods.knownBefore(dsl, customer.account(), period.start());
        Gatherer gatherer = closing.gatherer();
        Gathering.Result result = gatherer.gather(
                        dsl,
                        new Gatherer.Frame(customer, soFar, monthStart, known, progress.ingested()),
                        use(body),
                        Map.of())
                .result();
        BigDecimal rate = invoices.taxRate(dsl, customer);
        List<DraftLine> lines = result.lines();
        long[] taxes = Tax.split(lines.stream().map(DraftLine::amountMinor).toList(), rate);
        List<InvoiceView.Line> shown = new ArrayList<>(lines.size());
        long tax = 0;
        for (DraftLine line : lines) {
            tax = Math.addExact(tax, taxes[shown.size()]);
            shown.add(InvoiceView.line(line, taxes[shown.size()], customer.currency()));
        }
        PriceBook book = gatherer.bookOf(customer, monthStart);
        Money total = new Money(Math.addExact(result.subtotalMinor(), tax), customer.currency());
        return new InvoiceView(
                null,
                null,
                InvoiceStatus.GATHERING.text(),
                customer.account(),
                period,
                customer.currency(),
                new Money(result.subtotalMinor(), customer.currency()),
                new Money(tax, customer.currency()),
                total,
                total,
                shown,
                false,
                Json.mapper().valueToTree(result.components()),
                new InvoiceView.Terms(
                        book.name(),
                        book.version(),
                        null,
                        rate,
                        null,
                        null,
                        customer.zone().getId(),
                        properties.netDays(),
                        new InvoiceView.CutOffs(soFar.end(), progress.partition(), progress.ingested())),
                null,
                null,
                null,
                null,
                null);
    }

    private static SequencedMap<WorkloadId, ChargedMonth.Amounts> use(UsageBody body) {
        Map<String, ObjectNode> byKey = new TreeMap<>();
        for (ObjectNode row : body.rows()) {
            byKey.put(row.path("key").asString(""), row);
        }
        SequencedMap<WorkloadId, ChargedMonth.Amounts> use = new LinkedHashMap<>();
        byKey.forEach((key, row) -> {
            try {
                use.put(WorkloadId.parse(key), component -> UsageBody.quantity(row, component));
            } catch (IllegalArgumentException e) {
                throw Refusal.invalid(
                        "data[].key", "the usage must be grouped by workload: %s".formatted(e.getMessage()));
            }
        });
        return use;
    }
}
