package dev.berth.billing.testclock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.Journal;
import dev.berth.billing.standing.DunningProperties;
import dev.berth.billing.stripe.StripeProperties;
import dev.berth.billing.time.AccountTime;
import dev.berth.schema.Cause;
import dev.berth.schema.account.PlanChanged;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Accounts on a clock, on a real database, while it is another time for everybody else. */
@Tag("parts")
class TestClocksTest {
    private static final Instant NOW = Instant.parse("2026-11-10T10:00:00Z");
    private static final Instant BEGIN = Instant.parse("2025-11-10T08:30:00Z");
    private static Billing billing;
    private static TestClocks clocks;

    @BeforeAll
    static void start() {
        billing = new Billing(NOW.toString());
        billing.book("flat", "EUR", "- {id: vcpu_seconds, model: per_unit, unit_price: \"0.01\"}");
        billing.book("dear", "EUR", "- {id: vcpu_seconds, model: per_unit, unit_price: \"0.03\"}");
        clocks = new TestClocks(
                billing.dsl,
                billing.customers,
                billing.periods,
                billing.outbox,
                new DunningProperties(Duration.ofDays(7), Duration.ofDays(30)),
                stripe("sk_test_x"),
                billing.clock);
    }

    @BeforeEach
    void rewind() {
        billing.reset(NOW.toString());
        billing.complete(NOW);
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    private static void passes(Instant now, java.util.function.Consumer<org.jooq.DSLContext> fence) {
        billing.closing.pass(fence);
        billing.payments.collect(fence);
        billing.payments.janitor(fence);
        billing.credits.expire(fence);
        billing.dunning.pass(now, Cause.platform(now), fence);
    }

    private static void everybodysPasses() {
        passes(billing.clock.instant(), _ -> {});
    }

    private static AccountId opened(String zone) {
        AccountId account = billing.open("flat", "EUR", zone);
        assertThat(clocks.begin(account, BEGIN, Billing.CAUSE).now()).isEqualTo(BEGIN);
        return account;
    }

    private static void move(AccountId account, String to) {
        move(account, Instant.parse(to));
    }

    private static void move(AccountId account, Instant to) {
        clocks.advance(account, to);
        for (int i = 0; clocks.pass(TestClocksTest::passes, _ -> {}) && i < 1000; i++) {
            // until it is there
        }
        assertThat(clocks.find(account).orElseThrow())
                .extracting(TestClock::now, TestClock::state, TestClock::error)
                .containsExactly(to, "ready", null);
    }

    private static void used(AccountId account, String from, Duration time) {
        Instant start = Instant.parse(from);
        billing.used(
                Billing.pieces(account, WorkloadId.next(), ContainerId.next(), start, start.plus(time), 1000, 1024));
    }

    /** What was told of an account, and when it happened: {@code time type}. */
    private static List<String> told(AccountId account) {
        return billing.dsl
                .fetch(
                        "select type, occurred_at from outbox where account_id = ? and type not like '%TestClockMoved%' order by seq",
                        account.uuid())
                .map(row -> "%s %s".formatted(row.get(1, Instant.class), row.get(0, String.class)));
    }

    @Test
    void everyMonthIsInvoicedWhenItWouldHaveBeen() {
        AccountId account = opened("Europe/Berlin");
        used(account, "2025-11-12T00:00:00Z", Duration.ofHours(10));
        move(account, "2025-12-24T00:00:00Z");
        used(account, "2025-12-20T00:00:00Z", Duration.ofHours(1));
        used(account, "2025-11-20T00:00:00Z", Duration.ofHours(1)); // late
        move(account, "2026-02-01T00:00:00Z");
        var invoices = billing.dsl.fetch(
                "select number, period_start, period_end, finalized_at, due_at, total_minor from invoice order by period_start");
        assertThat(invoices.getValues("period_end", Instant.class))
                .containsExactly(Instant.parse("2025-11-30T23:00:00Z"), Instant.parse("2025-12-31T23:00:00Z"));
        assertThat(invoices.getValues("total_minor", Long.class)).containsExactly(36_000L, 7_200L);
        for (var invoice : invoices) {
            Instant end = invoice.get("period_end", Instant.class);
            Instant finalized = invoice.get("finalized_at", Instant.class);
            assertThat(Duration.between(end, finalized)).isBetween(Duration.ZERO, Duration.ofDays(2));
            assertThat(invoice.get("number", String.class))
                    .contains("-%d-".formatted(finalized.atZone(ZoneOffset.UTC).getYear()));
        }
        assertThat(told(account)).hasSizeGreaterThan(2).allMatch(line -> line.compareTo("2026-02-01T") < 0);
    }

    @Test
    void aJumpIsTheSameAsManySteps() {
        Random random = new Random(20_251_110);
        List<List<String>> all = new ArrayList<>();
        for (int way = 0; way < 3; way++) {
            AccountId account = opened("Europe/Berlin");
            for (int month = 11; month <= 12; month++) {
                used(account, "2025-%d-11T09:00:00Z".formatted(month), Duration.ofMinutes(90));
            }
            Instant end = Instant.parse("2026-04-15T12:00:00Z");
            if (way == 0) {
                move(account, end);
            } else {
                Instant at = BEGIN;
                while (at.isBefore(end)) {
                    at = at.plus(Duration.ofMinutes(random.nextInt(1, 30 * 24 * 60)));
                    move(account, at.isAfter(end) ? end : at);
                }
            }
            all.add(told(account));
        }
        assertThat(all.getFirst().toString()).contains("InvoiceFinalized.v1", "StandingChanged.v1");
        // what is seen once a day is seen on the same day, what has a time of its own to the millisecond
        assertThat(all.get(1)).isEqualTo(all.getFirst());
        assertThat(all.get(2)).isEqualTo(all.getFirst());
    }

    @Test
    void whatIsNotPaidLeadsToSuspensionAndCloseOnTheDay() {
        AccountId account = opened("UTC");
        used(account, "2025-11-12T00:00:00Z", Duration.ofHours(1));
        move(account, "2025-12-16T00:00:00Z");
        Instant due = billing.dsl.fetchSingle("select due_at from invoice").get(0, Instant.class);
        assertThat(billing.dunning.of(account).since()).isEqualTo(due);
        assertThat(billing.dunning.of(account).standing().text()).isEqualTo("past_due");
        move(account, due.plus(Duration.ofDays(8)));
        assertThat(billing.dunning.of(account).standing().text()).isEqualTo("suspended");
        assertThat(billing.dunning.of(account).since()).isEqualTo(due.plus(Duration.ofDays(7)));
        move(account, due.plus(Duration.ofDays(40)));
        assertThat(billing.dunning.of(account).standing().text()).isEqualTo("closed");
        assertThat(billing.dunning.of(account).since()).isEqualTo(due.plus(Duration.ofDays(37)));
    }

    @Test
    void everybodysPassesLeaveItAlone() {
        AccountId other = billing.open("flat", "EUR", "UTC");
        AccountId account = opened("UTC");
        used(account, "2025-11-12T00:00:00Z", Duration.ofHours(1));
        billing.clock.set(Instant.parse("2026-12-03T10:00:00Z"));
        billing.complete(billing.clock.instant());
        used(other, "2026-11-12T00:00:00Z", Duration.ofHours(1));
        everybodysPasses();
        everybodysPasses();
        assertThat(billing.dsl.fetch("select account_id from invoice").getValues(0, java.util.UUID.class))
                .containsExactly(other.uuid());
        move(account, "2025-12-05T00:00:00Z");
        assertThat(billing.dsl.fetch("select account_id from invoice").getValues(0, java.util.UUID.class))
                .containsExactlyInAnyOrder(other.uuid(), account.uuid());
    }

    @Test
    void anotherPlanHasItsPricesFromTheNextMonthOn() {
        AccountId account = opened("UTC");
        move(account, "2025-12-10T00:00:00Z");
        billing.accounts(new PlanChanged(account, "dear", 10, 10_000, 10_000, 10, 10, NOW));
        used(account, "2025-12-09T00:00:00Z", Duration.ofSeconds(100));
        move(account, "2026-01-09T00:00:00Z");
        used(account, "2026-01-08T00:00:00Z", Duration.ofSeconds(100));
        used(account, "2025-12-09T10:00:00Z", Duration.ofSeconds(100)); // late: at the prices of then
        move(account, "2026-02-09T00:00:00Z");
        assertThat(billing.dsl
                        .fetch("select subtotal_minor from invoice order by period_start")
                        .getValues(0, Long.class))
                .containsExactly(100L, 400L);
    }

    @Test
    void refusesWhatACLockCannotDo() {
        AccountId account = opened("UTC");
        assertThat(clocks.begin(account, BEGIN, Billing.CAUSE).now())
                .as("again")
                .isEqualTo(BEGIN);
        refused(() -> clocks.begin(account, BEGIN.plusSeconds(1), Billing.CAUSE), "at another time");
        refused(() -> clocks.advance(account, BEGIN.minusSeconds(1)), "between");
        refused(() -> clocks.advance(account, NOW.plusSeconds(60)), "between");
        clocks.advance(account, BEGIN.plusSeconds(60));
        refused(() -> clocks.advance(account, BEGIN.plusSeconds(90)), "on its way");
        move(account, BEGIN.plusSeconds(60));
        AccountId other = billing.open("flat", "EUR", "UTC");
        refused(() -> clocks.advance(other, NOW), "on no test clock");
        refused(() -> clocks.begin(other, NOW.plusSeconds(1), Billing.CAUSE), "between");
        refused(() -> clocks.begin(other, NOW.minus(TestClocks.FARTHEST).minusSeconds(1), Billing.CAUSE), "between");
        used(other, "2026-11-10T09:00:00Z", Duration.ofMinutes(1));
        refused(() -> clocks.begin(other, BEGIN, Billing.CAUSE), "has used something");
    }

    @Test
    void aClockWaitsForUseThatIsNotCompleteHere() {
        billing.reset(NOW.toString());
        billing.complete(Instant.parse("2025-11-20T00:00:00Z")); // metering is far behind
        AccountId account = opened("UTC");
        clocks.advance(account, Instant.parse("2025-12-20T00:00:00Z"));
        assertThat(clocks.pass(TestClocksTest::passes, _ -> {})).isFalse();
        TestClock waits = clocks.find(account).orElseThrow();
        assertThat(waits.state()).isEqualTo("advancing");
        assertThat(waits.now()).isBefore(Instant.parse("2025-12-04T00:00:00Z"));
        used(account, "2025-11-29T00:00:00Z", Duration.ofHours(1));
        billing.complete(NOW);
        move(account, "2025-12-20T00:00:00Z");
        assertThat(billing.dsl.fetchSingle("select total_minor from invoice").get(0, Long.class))
                .isEqualTo(3_600L);
    }

    @Test
    void workForAnAccountIsInItsTimeAndForOthersIsNot() {
        AccountId account = opened("UTC");
        AccountTime time = new AccountTime(billing.clock);
        assertThat(AccountTime.within(billing.dsl, account, time::instant)).isEqualTo(BEGIN);
        assertThat(AccountTime.within(billing.dsl, AccountId.next(), time::instant))
                .isEqualTo(NOW);
        assertThat(time.instant()).isEqualTo(NOW);
    }

    @Test
    void whatIsPlayedIsInNoBooksOfTheSellers() {
        AccountId account = opened("UTC");
        used(account, "2025-11-12T00:00:00Z", Duration.ofHours(1));
        move(account, "2025-12-05T00:00:00Z");
        assertThat(billing.dsl.fetchSingle("select number from invoice").get(0, String.class))
                .isEqualTo("TEST-B-2025-000001");
        assertThat(billing.ledger.trialBalance(billing.dsl)).isEmpty();
        Journal journal = new Journal(billing.dsl);
        assertThat(journal.page(new Journal.Which(null, null, null), 0, 10)).isEmpty();
        assertThat(journal.page(new Journal.Which(null, null, account), 0, 10)).isNotEmpty();
    }

    @Test
    void noClockWherePaymentsAreReal() {
        TestClocks real = new TestClocks(
                billing.dsl,
                billing.customers,
                billing.periods,
                billing.outbox,
                new DunningProperties(Duration.ofDays(7), Duration.ofDays(30)),
                stripe("sk_live_x"),
                billing.clock);
        AccountId account = billing.open("flat", "EUR", "UTC");
        refused(() -> real.begin(account, BEGIN, Billing.CAUSE), "Payments are real here");
    }

    private static StripeProperties stripe(String key) {
        return new StripeProperties(
                key,
                null,
                List.of(),
                null,
                java.net.URI.create("http://127.0.0.1:8080"),
                Duration.ofSeconds(8),
                Duration.ofHours(24));
    }

    private static void refused(Runnable what, String why) {
        assertThatThrownBy(what::run)
                .isInstanceOf(Refusal.class)
                .satisfies(
                        e -> assertThat(e.getMessage() + ((Refusal) e).fields()).contains(why));
    }
}
