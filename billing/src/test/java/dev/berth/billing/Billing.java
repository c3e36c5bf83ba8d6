package dev.berth.billing;

import dev.berth.billing.catalog.PriceBookFormat;
import dev.berth.billing.catalog.PriceBooks;
import dev.berth.billing.coupon.Coupons;
import dev.berth.billing.credit.Credits;
import dev.berth.billing.customer.AccountListener;
import dev.berth.billing.customer.Customers;
import dev.berth.billing.invoice.Amounts;
import dev.berth.billing.invoice.CloseRequests;
import dev.berth.billing.invoice.Closing;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.invoice.InvoiceProperties;
import dev.berth.billing.invoice.InvoiceReader;
import dev.berth.billing.invoice.InvoiceRepository;
import dev.berth.billing.invoice.InvoiceSettled;
import dev.berth.billing.invoice.Periods;
import dev.berth.billing.invoice.Proven;
import dev.berth.billing.invoice.Sealing;
import dev.berth.billing.invoice.Settlement;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.payment.ManualProvider;
import dev.berth.billing.payment.PaymentProvider;
import dev.berth.billing.payment.Payments;
import dev.berth.billing.payment.Refunds;
import dev.berth.billing.proof.SigningKeys;
import dev.berth.billing.proof.UsageChain;
import dev.berth.billing.rating.UsageCost;
import dev.berth.billing.rating.UsageListener;
import dev.berth.billing.rating.UsageRepository;
import dev.berth.billing.standing.Dunning;
import dev.berth.billing.standing.DunningProperties;
import dev.berth.billing.tax.SellerProperties;
import dev.berth.billing.tax.TaxRates;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.Event;
import dev.berth.schema.Service;
import dev.berth.schema.Topic;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.EventId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.testing.TestClock;
import dev.berth.schema.testing.TestDatabase;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.usage.WatermarkAdvanced;
import dev.berth.schema.wire.Envelope;
import dev.berth.schema.wire.Outbox;
import dev.berth.schema.wire.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;

/** All rooms of billing on a real database, with a clock that the test moves; events are handed in as the inbox would. */
public final class Billing implements AutoCloseable {
    /** Who asks in tests. */
    public static final Cause CAUSE =
            new Cause("op_00000000000000000000000001", "usr_test", Instant.parse("2026-03-01T00:00:00Z"), null);

    public final TestClock clock;
    public final TestDatabase database = TestDatabase.fresh(Service.BILLING);
    public final DSLContext dsl = database.dsl();
    public final PriceBooks books;
    public final Customers customers = new Customers(dsl);
    public final UsageListener usageListener = new UsageListener();
    public final UsageRepository usage = new UsageRepository();
    public final UsageCost costs;
    public final InvoiceRepository invoices = new InvoiceRepository();
    public final InvoiceReader reader = new InvoiceReader(dsl);
    public final Periods periods;
    public final Ledger ledger = new Ledger();
    public final SigningKeys signingKeys;
    public final Credits credits;
    public final Coupons coupons;
    public final TaxRates taxRates;
    public final Amounts amounts;
    public final Outbox outbox = new Outbox(Service.BILLING);
    public final CloseRequests closeRequests;
    public final Closing closing;
    public final Settlement settlement;
    public final CreditNotes creditNotes;
    public final Payments payments;
    public final Refunds refunds;
    public final Dunning dunning;
    private final AccountFacts accountFacts;
    private long offset;

    public Billing(String now) {
        this(now, InvoiceProperties.defaults(), new ManualProvider());
    }

    public Billing(String now, InvoiceProperties properties, PaymentProvider provider) {
        this(now, properties, _ -> provider);
    }

    /** With a provider that needs the other rooms. */
    public Billing(String now, InvoiceProperties properties, Function<Billing, PaymentProvider> provider) {
        this(now, properties, provider, SellerProperties.nowhere());
    }

    /** With a seller in a country, so that taxes are charged. */
    public Billing(String now, InvoiceProperties properties, PaymentProvider provider, SellerProperties seller) {
        this(now, properties, _ -> provider, seller);
    }

    public Billing(
            String now,
            InvoiceProperties properties,
            Function<Billing, PaymentProvider> provider,
            SellerProperties seller) {
        clock = new TestClock(Instant.parse(now));
        AccountTime time = new AccountTime(clock);
        books = new PriceBooks(dsl, time);
        books.load(null);
        costs = new UsageCost(dsl, usage, books);
        periods = new Periods(properties);
        credits = new Credits(dsl, ledger, time);
        coupons = new Coupons(dsl, time);
        taxRates = new TaxRates(dsl, seller, time);
        amounts = new Amounts(coupons, taxRates, credits);
        closeRequests = new CloseRequests(dsl, customers, periods, properties, time);
        signingKeys = new SigningKeys(dsl, time, "", "a secret for tests that is long enough");
        Sealing sealing = new Sealing(new UsageChain(), signingKeys, properties);
        closing = new Closing(
                dsl, customers, periods, usage, costs, invoices, ledger, sealing, amounts, outbox, time, properties);
        dunning = new Dunning(
                dsl, customers, outbox, new DunningProperties(Duration.ofDays(7), Duration.ofDays(30)), time);
        settlement = new Settlement(dsl, invoices, ledger, outbox, amounts, this::settled, time);
        PaymentProvider payer = provider.apply(this);
        payments = new Payments(dsl, invoices, ledger, outbox, payer, this::settled, time);
        creditNotes = new CreditNotes(dsl, invoices, ledger, credits, outbox, this::settled, time);
        refunds = new Refunds(dsl, creditNotes, invoices, ledger, outbox, payer, this::settled, time);
        LedgerInvariants.watch(dsl);
        accountFacts = new AccountFacts(new AccountListener(customers, books), customers, periods, time);
    }

    /** Empties the database but for the price books, and sets the clock: a new database takes seconds, this does not. */
    public void reset(String now) {
        Proven.all(this);
        clock.set(Instant.parse(now));
        database.superuser().transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction.execute(
                    "set local session_replication_role = replica"); // no triggers: most tables are append-only
            String tables = transaction
                    .fetch("select tablename from pg_tables where schemaname = 'billing' and tablename not in"
                            + " ('flyway_schema_history', 'price_book_version', 'tax_rate', 'signing_key')")
                    .map(row -> "billing." + row.get(0, String.class))
                    .stream()
                    .collect(java.util.stream.Collectors.joining(", "));
            transaction.execute("truncate " + tables + " restart identity");
        });
    }

    /** Publishes a book of test prices, {@code components} in the format's own YAML. */
    public void book(String name, String currency, String components) {
        books.publish(PriceBookFormat.readYaml("""
                name: %s
                currency: %s
                effective_from: 2020-01-01T00:00:00Z
                components:
                %s
                """.formatted(name, currency, components.indent(2)), 1));
    }

    /** Opens an account now. */
    public AccountId open(String plan, String currency, String zone) {
        AccountId account = AccountId.next();
        accounts(new AccountOpened(
                account,
                "Test & Sons",
                "test@example.com",
                plan,
                currency,
                zone,
                10,
                10_000,
                10_000,
                10,
                10,
                clock.instant()));
        return account;
    }

    /** Hands in account events, in one transaction. */
    public void accounts(Event... events) {
        dsl.transaction(configuration -> accountFacts.apply(configuration.dsl(), received(List.of(events))));
    }

    /** Hands in events of use, in one transaction. */
    public void used(Event... events) {
        used(Arrays.asList(events));
    }

    /** Hands in events of use, in one transaction. */
    public void used(List<? extends Event> events) {
        dsl.transaction(configuration -> usageListener.apply(configuration.dsl(), received(events)));
    }

    /** All partitions are complete up to an instant. */
    public void complete(Instant watermark) {
        List<Event> events = new ArrayList<>();
        for (int partition = 0; partition < Topic.PARTITIONS; partition++) {
            events.add(new WatermarkAdvanced(partition, watermark));
        }
        used(events);
    }

    /** The pieces of a container that ran over {@code [start, end)}, cut at the hours as metering does. */
    public static List<UsageRecorded> pieces(
            AccountId account,
            WorkloadId workload,
            ContainerId container,
            Instant start,
            Instant end,
            int cpu,
            int memory) {
        List<UsageRecorded> pieces = new ArrayList<>();
        Instant from = start;
        while (from.isBefore(end)) {
            Instant hour = Instant.ofEpochMilli((from.toEpochMilli() / 3_600_000 + 1) * 3_600_000);
            Instant to = hour.isBefore(end) ? hour : end;
            pieces.add(new UsageRecorded(
                    account,
                    workload,
                    container,
                    "engine-1",
                    start,
                    to.equals(end) ? end : null,
                    from,
                    to,
                    new CpuMillis(cpu),
                    new MemoryMib(memory),
                    true,
                    null));
            from = to;
        }
        return pieces;
    }

    /** Closes the open period of an account as of now, by the operator, and finishes what can be. */
    public int close(AccountId account) {
        ask(account, clock.instant());
        return closing.pass(_ -> {});
    }

    /** Only asks for the close. */
    public void ask(AccountId account, Instant at) {
        dsl.transaction(configuration -> periods.close(
                configuration.dsl(),
                customers.find(account).orElseThrow(),
                at,
                Periods.AskedBy.OPERATOR,
                CAUSE,
                clock.instant()));
    }

    /** The types in the outbox, in order, without the version. */
    public List<String> told() {
        return dsl.fetch("select type from outbox order by seq").map(row -> {
            String type = row.get(0, String.class);
            return type.substring("dev.berth.".length(), type.length() - ".v1".length());
        });
    }

    private List<Received> received(List<? extends Event> events) {
        List<Received> received = new ArrayList<>();
        for (Event event : events) {
            Topic topic = Topic.of(event);
            int partition = event.partition().orElseGet(() -> Topic.partitionOf(event.key()));
            received.add(new Received(
                    new Envelope(EventId.next(), topic.writer(), event, CAUSE), topic, partition, offset++));
        }
        return received;
    }

    private void settled(Object event) {
        if (event instanceof InvoiceSettled invoice) {
            dunning.on(invoice);
        }
    }

    @Override
    public void close() {
        Proven.all(this);
        LedgerInvariants.leaveOut(dsl);
        database.close();
    }
}
