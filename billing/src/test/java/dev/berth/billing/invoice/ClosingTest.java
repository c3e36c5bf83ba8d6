package dev.berth.billing.invoice;

import static dev.berth.schema.db.billing.Tables.BILLING_PERIOD;
import static dev.berth.schema.db.billing.Tables.INVOICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.schema.account.AccountClosed;
import dev.berth.schema.account.AccountRenamed;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.unit.CpuMillis;
import dev.berth.schema.unit.MemoryMib;
import dev.berth.schema.usage.UsageRecorded;
import dev.berth.schema.wire.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("parts")
class ClosingTest {
    private static final WorkloadId WEB = WorkloadId.next();
    private static final WorkloadId JOB = WorkloadId.next();
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");

    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-10T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void everySecondThatRanIsOnTheInvoiceAndItsLinesIntervalsAndLedgerAgree() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        ContainerId web = ContainerId.next();
        Instant start = Instant.parse("2026-03-10T10:59:59.250Z");
        billing.used(Billing.pieces(account, WEB, web, start, start.plusMillis(3_601_500), 250, 256));
        billing.used(Billing.pieces(account, JOB, ContainerId.next(), start, start.plusMillis(2_001), 1000, 1024));
        billing.clock.set(Instant.parse("2026-03-10T13:00:00Z"));
        billing.complete(billing.clock.instant());
        assertThat(billing.close(account)).isOne();

        InvoiceView invoice = Seen.only(billing, account);
        assertThat(invoice.status()).isEqualTo("final");
        assertThat(invoice.number()).isEqualTo("B-2026-000001");
        assertThat(invoice.period().start()).isEqualTo(MARCH);
        assertThat(invoice.period().end()).isEqualTo(billing.clock.instant());
        assertThat(invoice.dueAt()).isEqualTo(billing.clock.instant().plus(Duration.ofDays(14)));
        // vCPU: 900.375 + 2.001 s at 0.10; memory: 900.375 + 2.001 GiB-s at 0.02
        assertThat(invoice.lines().stream()
                        .map(line -> "%s %s %d"
                                .formatted(
                                        line.component(),
                                        line.quantity(),
                                        line.amount().amountMinor())))
                .containsExactlyInAnyOrder(
                        "vcpu_seconds 900.375 9004",
                        "vcpu_seconds 2.001 20",
                        "gib_seconds 900.375 1801",
                        "gib_seconds 2.001 4");
        assertThat(invoice.total().amountMinor()).isEqualTo(10_829);
        assertThat(invoice.amountDue()).isEqualTo(invoice.total());
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice.id()))
                .containsEntry(LedgerAccount.RECEIVABLE, 10_829L)
                .containsEntry(LedgerAccount.REVENUE, -10_829L);

        List<InvoiceView.Interval> intervals = Seen.intervals(billing, invoice, WEB, "vcpu_seconds");
        assertThat(intervals).singleElement().satisfies(interval -> {
            assertThat(interval.container()).isEqualTo(web);
            assertThat(interval.engineId()).isEqualTo("engine-1");
            assertThat(interval.startedAt()).isEqualTo(start);
            assertThat(interval.finishedAt()).isEqualTo(start.plusMillis(3_601_500));
            assertThat(interval.ms()).isEqualTo(3_601_500);
            assertThat(interval.cause().operation()).isEqualTo(Billing.CAUSE.operation());
        });
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized");
    }

    @Test
    void aPeriodWaitsForTheWatermarkOfItsPartitionAndForTheGrace() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-31T23:59:00Z", 60_000);
        Instant april = Instant.parse("2026-04-01T00:00:00Z");
        billing.clock.set(april);
        assertThat(billing.closing.pass(_ -> {})).isZero();
        assertThat(Seen.states(billing, account)).containsExactly("waiting_for_watermark", "open");
        billing.complete(april.minusMillis(1));
        billing.clock.advance(Duration.ofHours(2));
        assertThat(billing.closing.pass(_ -> {}))
                .as("the watermark is a millisecond short")
                .isZero();
        billing.complete(april);
        billing.clock.set(april.plus(Duration.ofMinutes(59)));
        assertThat(billing.closing.pass(_ -> {})).as("the grace is an hour").isZero();
        billing.clock.set(april.plus(Duration.ofHours(1)));
        assertThat(billing.closing.pass(_ -> {})).isOne();
        assertThat(Seen.states(billing, account)).containsExactly("finalized", "open");
        assertThat(Seen.only(billing, account).total().amountMinor()).isEqualTo(60 * 10 + 60 * 2);
    }

    @Test
    void closingTwiceChangesNothing() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        Instant at = Instant.parse("2026-03-10T02:00:00Z");
        billing.clock.set(at);
        billing.complete(at.plus(Duration.ofDays(1)));
        billing.close(account);
        InvoiceView before = Seen.only(billing, account);
        billing.clock.advance(Duration.ofMinutes(5));
        billing.ask(account, at);
        assertThat(billing.closing.pass(_ -> {})).isZero();
        assertThat(billing.closing.finish(account, MARCH, _ -> {})).isFalse();
        assertThat(Seen.only(billing, account)).isEqualTo(before);
        assertThat(Seen.states(billing, account)).containsExactly("finalized", "open");
        assertThat(billing.told()).hasSize(1);
    }

    @Test
    void onePeriodThatCannotBeFinishedHoldsUpNoOther() {
        List<AccountId> accounts = new ArrayList<>();
        for (int i = 0; i < 2 * Batches.SIZE + 1; i++) {
            AccountId account = billing.open("showcase", "EUR", "UTC");
            Seen.run(billing, account, WEB, "2026-03-31T01:00:00Z", 60_000);
            accounts.add(account);
        }
        AccountId broken = accounts.get(Batches.SIZE / 2);
        billing.dsl.execute("update customer set price_book = 'gone' where account_id = ?", broken.uuid());
        Instant april = Instant.parse("2026-04-01T00:00:00Z");
        billing.complete(april);
        billing.clock.set(april.plus(Duration.ofHours(1)));

        assertThat(billing.closing.pass(_ -> {})).isEqualTo(accounts.size() - 1);

        assertThat(Seen.invoices(billing, broken)).isEmpty();
        assertThat(billing.periods.waiting(billing.dsl, true)).isOne();
        assertThat(billing.dsl
                        .fetch("select number from invoice order by number")
                        .getValues(0, String.class))
                .as("no number was lost to the batch that failed")
                .isEqualTo(IntStream.rangeClosed(1, accounts.size() - 1)
                        .mapToObj("B-2026-%06d"::formatted)
                        .toList());
    }

    @Test
    void anEarlyCloseCutsAPieceExactlyAndTheRestIsOnTheNextInvoice() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        ContainerId container = ContainerId.next();
        Instant start = Instant.parse("2026-03-10T01:00:00Z");
        List<UsageRecorded> pieces =
                Billing.pieces(account, WEB, container, start, start.plusSeconds(3600), 1000, 1024);
        billing.used(pieces);
        billing.clock.set(start.plusMillis(1_800_001));
        billing.complete(start.plusSeconds(3600));
        billing.close(account);
        billing.clock.set(start.plusSeconds(4000));
        billing.complete(start.plusSeconds(4000));
        billing.close(account);
        List<InvoiceView> invoices = Seen.invoices(billing, account);
        assertThat(invoices).hasSize(2);
        assertThat(Seen.intervals(billing, invoices.get(1), WEB, "vcpu_seconds")
                        .getFirst()
                        .ms())
                .isEqualTo(1_800_001);
        assertThat(Seen.intervals(billing, invoices.get(0), WEB, "vcpu_seconds")
                        .getFirst()
                        .ms())
                .isEqualTo(1_799_999);
        assertThat(invoices.stream()
                        .mapToLong(invoice -> invoice.total().amountMinor())
                        .sum())
                .isEqualTo(3600 * 12);
    }

    @Test
    void theFreeAllowanceIsSpentOnceThoughTheMonthIsClosedInParts() {
        AccountId account = billing.open("standard", "USD", "UTC");
        // 180,000 vCPU-seconds a month are free: 100,000 in the first part, 100,000 in the second
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 50_000_000, 2000, 1);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        Seen.run(billing, account, WEB, "2026-03-12T01:00:00Z", 50_000_000, 2000, 1);
        billing.clock.set(Instant.parse("2026-03-13T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        List<InvoiceView> invoices = Seen.invoices(billing, account);
        assertThat(invoices.get(1).total().amountMinor()).isZero();
        assertThat(invoices.get(1).status()).as("nothing is due").isEqualTo("paid");
        assertThat(invoices.get(0).total().amountMinor()).isEqualTo(25); // 20,000 × 0.0000125
    }

    @Test
    void useThatIsNotBilledIsAZeroLineWithItsReasonAndItsInterval() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Instant start = Instant.parse("2026-03-10T01:00:00Z");
        billing.used(new UsageRecorded(
                account,
                WEB,
                ContainerId.next(),
                null,
                start,
                start.plusMillis(1_500),
                start,
                start.plusMillis(1_500),
                new CpuMillis(250),
                new MemoryMib(256),
                false,
                "launch_failed"));
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        InvoiceView invoice = Seen.only(billing, account);
        assertThat(invoice.total().amountMinor()).isZero();
        assertThat(invoice.lines()).singleElement().satisfies(line -> {
            assertThat(line.kind()).isEqualTo("zero");
            assertThat(line.quantity()).isEqualTo("1.500");
            assertThat(line.zeroReason()).isEqualTo("launch_failed");
        });
        assertThat(billing.reader
                        .intervals(invoice.id(), invoice.lines().getFirst().id(), 0, 10)
                        .orElseThrow()
                        .data())
                .singleElement()
                .satisfies(interval -> assertThat(interval.billed()).isFalse());
    }

    @Test
    void numbersHaveNoGapsThoughATransactionFails() {
        for (int i = 0; i < 3; i++) {
            AccountId account = billing.open("showcase", "EUR", "UTC");
            Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        }
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        List<AccountId> accounts = billing.customers.page(null, 10).stream()
                .map(customer -> customer.account())
                .toList();
        accounts.forEach(account -> billing.ask(account, billing.clock.instant()));
        // the second one fails when its number is taken
        billing.dsl.execute("alter table invoice add constraint broken check (account_id <> '%s' or status <> 'final')"
                .formatted(accounts.get(1).uuid()));
        assertThat(billing.closing.pass(_ -> {})).isEqualTo(2);
        billing.dsl.execute("alter table invoice drop constraint broken");
        billing.clock.advance(Duration.ofMinutes(10));
        assertThat(billing.closing.pass(_ -> {})).isOne();
        assertThat(billing.dsl
                        .select(INVOICE.NUMBER)
                        .from(INVOICE)
                        .orderBy(INVOICE.NUMBER)
                        .fetch(INVOICE.NUMBER))
                .containsExactly("B-2026-000001", "B-2026-000002", "B-2026-000003");
    }

    @Test
    void aReplicaThatLostTheLeaseChangesNothing() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.ask(account, billing.clock.instant());
        assertThatThrownBy(() -> billing.closing.pass(_ -> {
                    throw new Lease.Fenced("paused");
                }))
                .isInstanceOf(Lease.Fenced.class);
        assertThat(billing.dsl.fetchCount(INVOICE)).isZero();
        assertThat(Seen.states(billing, account)).contains("waiting_for_watermark");
    }

    @Test
    void aFinalInvoiceCannotBeChangedInTheDatabase() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.close(account);
        for (String change : List.of(
                "update invoice set total_minor = 1, subtotal_minor = 1",
                "update invoice set number = 'B-2026-000009'",
                "update invoice set bill_to = '{}'",
                "update invoice set status = 'draft'",
                "delete from invoice",
                "update invoice_line set amount_minor = 0",
                "delete from invoice_line",
                "update invoice_interval set ms = 0",
                "truncate invoice_interval",
                "insert into invoice_line select gen_random_uuid(), invoice_id, 99, kind, component, charge, account_id,"
                        + " workload_id, month_start, description, quantity, unit, unit_price, amount_minor, tax_minor, zero_reason"
                        + " from invoice_line limit 1",
                "update usage_piece set end_ms = start_ms",
                "delete from usage_piece")) {
            assertThatThrownBy(() -> billing.dsl.execute(change)).as(change).isInstanceOf(DataAccessException.class);
        }
    }

    @Test
    void manyWorkloadsShareALineThatAddsUpAndLeadsToTheirIntervals() {
        InvoiceProperties six = new InvoiceProperties(
                "Berth", "B", 14, Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(10), 6, 100);
        try (Billing small = new Billing("2026-03-10T00:00:00Z", six, new dev.berth.billing.payment.ManualProvider())) {
            AccountId account = small.open("showcase", "EUR", "UTC");
            for (int seconds = 1; seconds <= 5; seconds++) {
                Seen.run(small, account, WorkloadId.next(), "2026-03-10T01:00:00Z", seconds * 1000L + 333);
            }
            small.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
            small.complete(small.clock.instant());
            assertThat(small.close(account)).isOne();
            InvoiceView invoice = Seen.only(small, account);
            assertThat(invoice.total().amountMinor()).isEqualTo(167 + 33); // 16.665 s at 0.10 and 0.02
            assertThat(invoice.lines().stream()
                            .map(line -> "%s %s %s".formatted(line.component(), line.quantity(), line.others())))
                    .containsExactlyInAnyOrder(
                            "vcpu_seconds 5.333 false",
                            "vcpu_seconds 4.333 false",
                            "vcpu_seconds 6.999 true",
                            "gib_seconds 5.333 false",
                            "gib_seconds 4.333 false",
                            "gib_seconds 6.999 true");
            InvoiceView.Line others = invoice.lines().stream()
                    .filter(InvoiceView.Line::others)
                    .findFirst()
                    .orElseThrow();
            assertThat(others.workload()).isNull();
            assertThat(small.reader.intervals(invoice.id(), others.id(), 0, 10).orElseThrow().data().stream()
                            .map(InvoiceView.Interval::ms))
                    .containsExactlyInAnyOrder(1_333L, 2_333L, 3_333L);
        }
    }

    @Test
    void tooManyLinesDelayAnInvoiceAndSayWhy() {
        InvoiceProperties few = new InvoiceProperties(
                "Berth", "B", 14, Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(10), 1, 10);
        try (Billing small = new Billing("2026-03-10T00:00:00Z", few, new dev.berth.billing.payment.ManualProvider())) {
            AccountId account = small.open("showcase", "EUR", "UTC");
            Instant start = Instant.parse("2026-03-10T01:00:00Z");
            small.used(Billing.pieces(account, WEB, ContainerId.next(), start, start.plusSeconds(9), 250, 256));
            small.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
            small.complete(small.clock.instant());
            assertThat(small.close(account)).isZero();
            BillingPeriod waiting =
                    small.periods.find(small.dsl, account, MARCH).orElseThrow();
            assertThat(waiting.state()).isEqualTo(PeriodState.WAITING_FOR_WATERMARK);
            assertThat(waiting.lastError()).contains("max-lines");
            assertThat(small.closing.pass(_ -> {}))
                    .as("it waits before it tries again")
                    .isZero();
        }
    }

    @Test
    void moreChangesThanThereIsMemoryForAreGoneThroughAccountByAccount() {
        InvoiceProperties ten = new InvoiceProperties(
                "Berth", "B", 14, Duration.ofHours(1), Duration.ZERO, Duration.ofSeconds(10), 100, 10);
        try (Billing small = new Billing("2026-03-10T00:00:00Z", ten, new dev.berth.billing.payment.ManualProvider())) {
            List<AccountId> accounts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                accounts.add(small.open("showcase", "EUR", "UTC"));
            }
            small.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
            small.complete(small.clock.instant());
            accounts.forEach(small::close);
            Instant start = Instant.parse("2026-03-10T01:00:00Z");
            accounts.forEach(account -> small.used(Billing.pieces(
                    account, WEB, ContainerId.next(), start, start.plus(Duration.ofHours(4)), 1000, 1024)));
            Instant april = Instant.parse("2026-04-01T00:00:00Z");
            small.complete(april);
            small.clock.set(april.plus(Duration.ofHours(1)));

            assertThat(small.closing.pass(_ -> {})).isEqualTo(accounts.size());

            for (AccountId account : accounts) {
                InvoiceView invoice = Seen.only(small, account);
                assertThat(invoice.lines().stream().map(InvoiceView.Line::kind)).containsOnly("correction");
                assertThat(invoice.total().amountMinor()).isEqualTo(4 * 3600 * 12); // 0.10 and 0.02 a second
            }
        }
    }

    @Test
    void aClosedAccountGetsItsLastInvoiceAtOnce() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.accounts(new AccountClosed(account, "by the owner", billing.clock.instant()));
        billing.complete(billing.clock.instant());
        assertThat(billing.closing.pass(_ -> {})).isOne();
        assertThat(Seen.only(billing, account).period().end()).isEqualTo(billing.clock.instant());
    }

    @Test
    void anInvoiceBearsTheNameThatTheAccountHasWhenItIsMade() {
        AccountId account = billing.open("showcase", "EUR", "UTC");
        Seen.run(billing, account, WEB, "2026-03-10T01:00:00Z", 60_000);
        billing.clock.set(Instant.parse("2026-03-11T00:00:00Z"));
        billing.accounts(
                new AccountRenamed(account, "Analytical Engines Ltd", billing.clock.instant()),
                new AccountClosed(account, "by the owner", billing.clock.instant()));
        billing.complete(billing.clock.instant());
        assertThat(billing.closing.pass(_ -> {})).isOne();
        assertThat(String.valueOf(Seen.only(billing, account).terms().billTo())).contains("Analytical Engines Ltd");
    }

    @Test
    void periodsOfAnAccountAreContiguousThroughEarlyClosesAndMissedMonths() {
        AccountId account = billing.open("standard", "USD", "America/New_York");
        billing.ask(account, Instant.parse("2026-03-10T00:00:00Z"));
        billing.clock.set(Instant.parse("2026-06-15T12:00:00Z"));
        billing.ask(account, Instant.parse("2026-06-15T12:00:00Z"));
        List<BillingPeriod> all = billing.dsl
                .selectFrom(BILLING_PERIOD)
                .where(BILLING_PERIOD.ACCOUNT_ID.eq(account))
                .orderBy(BILLING_PERIOD.PERIOD_START)
                .fetch(row -> billing.periods
                        .find(billing.dsl, account, row.getPeriodStart())
                        .orElseThrow());
        assertThat(all).hasSize(6);
        assertThat(all.getFirst().period().start()).isEqualTo(Instant.parse("2026-03-01T05:00:00Z"));
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).period().start())
                    .isEqualTo(all.get(i - 1).period().end());
        }
        assertThat(all.stream().filter(period -> period.state() == PeriodState.OPEN))
                .hasSize(1);
        assertThat(all.getLast().period().end()).isEqualTo(Instant.parse("2026-07-01T04:00:00Z"));
    }
}
