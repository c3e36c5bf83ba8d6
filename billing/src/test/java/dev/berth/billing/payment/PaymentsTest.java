package dev.berth.billing.payment;

import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.InvoiceProperties;
import dev.berth.billing.invoice.InvoiceStatus;
import dev.berth.billing.invoice.InvoiceView;
import dev.berth.billing.ledger.Ledger;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.WorkloadId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("parts")
class PaymentsTest {
    private static final Flaky PROVIDER = new Flaky();
    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z", InvoiceProperties.defaults(), PROVIDER);
    }

    @BeforeEach
    void rewind() {
        billing.reset("2026-03-10T00:00:00Z");
        PROVIDER.unknown = false;
        PROVIDER.charges = 0;
        PROVIDER.meanwhile = () -> {};
        PROVIDER.remembers = true;
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void aTestCardPaysAnInvoiceAndTheBooksSaySo() {
        InvoiceId invoice = invoice();
        billing.payments.pay(invoice, card("4242 4242 4242 4242"), null, Billing.CAUSE);
        InvoiceView paid = billing.reader.find(invoice).orElseThrow();
        assertThat(paid.status()).isEqualTo("paid");
        assertThat(paid.amountDue().amountMinor()).isZero();
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, 720L)
                .containsEntry(LedgerAccount.RECEIVABLE, 0L);
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentSucceeded");
        assertThat(billing.dsl.fetchSingle(PAYMENT).getIdempotencyKey())
                .isEqualTo("berth:invoice:%s:attempt:1:charge".formatted(invoice));
        assertThat(billing.dsl.fetchSingle(PAYMENT).getCardLast4()).isEqualTo("4242");
        balanced();
    }

    @Test
    void aRequestThatIsRepeatedIsOneAttempt() {
        InvoiceId invoice = invoice();
        refused(
                ErrorCode.CARD_DECLINED,
                () -> billing.payments.pay(invoice, card("4000000000000002"), "declined", Billing.CAUSE));
        refused(
                ErrorCode.CARD_DECLINED,
                () -> billing.payments.pay(invoice, card("4000000000000002"), "declined", Billing.CAUSE));
        assertThat(PROVIDER.charges).isOne();
        billing.payments.pay(invoice, card("4242424242424242"), "paid", Billing.CAUSE);
        billing.payments.pay(invoice, card("4242424242424242"), "paid", Billing.CAUSE);
        assertThat(PROVIDER.charges).isEqualTo(2);
        refused(
                ErrorCode.ALREADY_PAID,
                () -> billing.payments.pay(invoice, card("4242424242424242"), "another", Billing.CAUSE));

        InvoiceId marked = invoice();
        billing.payments.markPaid(marked, "bank transfer 7", "marked", Billing.CAUSE);
        billing.payments.markPaid(marked, "bank transfer 7", "marked", Billing.CAUSE);
        refused(ErrorCode.ALREADY_PAID, () -> billing.payments.markPaid(marked, null, "another", Billing.CAUSE));
        balanced();
    }

    @Test
    void aRepetitionOfWhatHasNoResultYetIsNotToldToPayAgain() {
        InvoiceId invoice = invoice();
        PROVIDER.unknown = true;
        for (int i = 0; i < 2; i++) {
            refused(
                    ErrorCode.PAYMENT_UNKNOWN,
                    () -> billing.payments.pay(invoice, card("4242424242424242"), "one", Billing.CAUSE));
        }
        assertThat(PROVIDER.charges).isOne();
        billing.clock.advance(Payments.LOOK_UP_AFTER.plusSeconds(1));
        assertThat(billing.payments.janitor(_ -> {})).isOne();
        billing.payments.pay(invoice, card("4242424242424242"), "one", Billing.CAUSE);
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
    }

    @ParameterizedTest
    @CsvSource({"4000000000000002, CARD_DECLINED", "4000000000009995, INSUFFICIENT_FUNDS"})
    void aDeclinedCardLeavesTheInvoiceOwedAndTellsWhy(String number, ErrorCode code) {
        InvoiceId invoice = invoice();
        refused(code, () -> billing.payments.pay(invoice, card(number), null, Billing.CAUSE));
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("final");
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentFailed");
        billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE);
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
        balanced();
    }

    @Test
    void rejectsAnInvoiceThatIsPaidAlready() {
        InvoiceId invoice = invoice();
        billing.payments.markPaid(invoice, "bank transfer 7", null, Billing.CAUSE);
        refused(
                ErrorCode.ALREADY_PAID,
                () -> billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE));
        refused(ErrorCode.ALREADY_PAID, () -> billing.payments.markPaid(invoice, null, null, Billing.CAUSE));
        refused(ErrorCode.NOT_VOIDABLE, () -> billing.settlement.voidInvoice(invoice, "mistake", Billing.CAUSE));
        assertThat(billing.dsl.fetchCount(PAYMENT)).isOne();
        balanced();
    }

    @Test
    void ofManyWhoPayAtOnceExactlyOnePays() throws Exception {
        InvoiceId invoice = invoice();
        CountDownLatch start = new CountDownLatch(1);
        int paid = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(() -> {
                    start.await();
                    try {
                        billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE);
                        return true;
                    } catch (Refusal e) {
                        return false;
                    }
                }));
            }
            start.countDown();
            for (Future<Boolean> result : results) {
                paid += result.get() ? 1 : 0;
            }
        }
        assertThat(paid).isOne();
        assertThat(PROVIDER.charges).isOne();
        balanced();
    }

    @Test
    void anAttemptWhoseAnswerWasLostBlocksAnotherUntilTheJanitorLooksItUp() {
        InvoiceId invoice = invoice();
        PROVIDER.unknown = true;
        refused(
                ErrorCode.PAYMENT_UNKNOWN,
                () -> billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE));
        refused(
                ErrorCode.PAYMENT_IN_PROGRESS,
                () -> billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE));
        assertThat(billing.payments.janitor(_ -> {})).as("too early").isZero();
        billing.clock.advance(Duration.ofMinutes(2));
        assertThat(billing.payments.janitor(_ -> {})).isOne();
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
        assertThat(billing.payments.janitor(_ -> {})).isZero();
        assertThat(PROVIDER.charges).isOne();
        balanced();
    }

    @Test
    void moneyThatCameInAfterTheJanitorGaveTheAttemptUpPaysAllTheSame() {
        InvoiceId invoice = invoice();
        PROVIDER.remembers = false;
        PROVIDER.meanwhile = () -> {
            billing.clock.advance(Duration.ofMinutes(2));
            billing.payments.janitor(_ -> {});
        };
        billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE);
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
        assertThat(billing.told())
                .containsExactly("invoice.InvoiceFinalized", "invoice.PaymentFailed", "invoice.PaymentSucceeded");
        balanced();
    }

    @Test
    void theOperatorsWordIsRecordedWithItsEffectOrNotAtAll() {
        InvoiceId invoice = invoice();
        billing.dsl.execute("alter table payment add constraint broken check (state <> 'succeeded')");
        try {
            assertThatThrownBy(() -> billing.payments.markPaid(invoice, null, null, Billing.CAUSE))
                    .isInstanceOf(DataAccessException.class);
        } finally {
            billing.dsl.execute("alter table payment drop constraint broken");
        }
        assertThat(billing.dsl.fetchCount(PAYMENT))
                .as("no attempt that a janitor could find")
                .isZero();
        billing.payments.markPaid(invoice, null, null, Billing.CAUSE);
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
    }

    @Test
    void anInvoiceIsNotTakenBackWhileMoneyForItMayBeOnItsWay() {
        InvoiceId invoice = invoice();
        PROVIDER.unknown = true;
        refused(
                ErrorCode.PAYMENT_UNKNOWN,
                () -> billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE));
        refused(
                ErrorCode.PAYMENT_IN_PROGRESS,
                () -> billing.settlement.voidInvoice(invoice, "sold by mistake", Billing.CAUSE));
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("final");
    }

    @Test
    void moneyThatCameInForAnInvoiceThatWasTakenBackIsUsedUpByTheNext() {
        InvoiceId invoice = invoice();
        AccountId account = billing.reader.find(invoice).orElseThrow().account();
        PROVIDER.unknown = true;
        refused(
                ErrorCode.PAYMENT_UNKNOWN,
                () -> billing.payments.pay(invoice, card("4242424242424242"), null, Billing.CAUSE));
        billing.dsl.transaction(configuration -> billing.invoices.settle(
                configuration.dsl(), invoice, InvoiceStatus.VOID, billing.clock.instant(), "behind its back"));
        billing.clock.advance(Duration.ofMinutes(2));
        assertThat(billing.payments.janitor(_ -> {})).isOne();
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR")).isEqualTo(720);

        InvoiceView next = billing.reader.find(invoiceOf(account, 100)).orElseThrow();
        assertThat(next.lines().getLast().kind()).isEqualTo("carry");
        assertThat(next.total().amountMinor()).isEqualTo(1200 - 720);
        assertThat(billing.ledger.creditOf(billing.dsl, account, "EUR")).isZero();
        balanced();
        billing.reset("2026-03-10T00:00:00Z"); // it was voided behind the books' back
    }

    @Test
    void aVoidInvoiceIsOwedNoMoreAndItsUseIsNotBilledAgain() {
        InvoiceId invoice = invoice();
        AccountId account = billing.reader.find(invoice).orElseThrow().account();
        billing.settlement.voidInvoice(invoice, "sold by mistake", Billing.CAUSE);
        billing.settlement.voidInvoice(invoice, "again", Billing.CAUSE);
        InvoiceView view = billing.reader.find(invoice).orElseThrow();
        assertThat(view.status()).isEqualTo("void");
        assertThat(view.amountDue().amountMinor()).isZero();
        assertThat(view.voidReason()).isEqualTo("sold by mistake");
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice).values()).containsOnly(0L);
        refused(ErrorCode.NOT_PAYABLE, () -> billing.payments.markPaid(invoice, null, null, Billing.CAUSE));
        billing.clock.set(Instant.parse("2026-04-02T00:00:00Z"));
        billing.complete(billing.clock.instant());
        billing.closing.pass(_ -> {});
        assertThat(billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.InvoiceVoided");
        assertThat(billing.periods.openOf(billing.dsl, account)).isPresent();
        balanced();
    }

    @Test
    void whatWasWrittenOffMayStillBePaid() {
        InvoiceId invoice = invoice();
        billing.settlement.writeOff(invoice, Billing.CAUSE);
        billing.settlement.writeOff(invoice, Billing.CAUSE);
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice)).containsEntry(LedgerAccount.WRITE_OFF, 720L);
        billing.payments.markPaid(invoice, null, null, Billing.CAUSE);
        assertThat(billing.told())
                .containsExactly("invoice.InvoiceFinalized", "invoice.InvoiceWrittenOff", "invoice.PaymentSucceeded");
        assertThat(billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
        assertThat(billing.ledger.balancesOf(billing.dsl, invoice))
                .containsEntry(LedgerAccount.WRITE_OFF, 0L)
                .containsEntry(LedgerAccount.CASH, 720L);
        balanced();
    }

    @Test
    void aCardThatCannotBeOneIsRefusedByField() {
        Instant now = Instant.parse("2026-03-31T23:59:59Z");
        assertThat(fields(new Card("4242424242424242", 3, 2026, "123"), now)).isEmpty();
        assertThat(fields(new Card("4242424242424241", 3, 2026, "123"), now)).containsExactly("card.number");
        assertThat(fields(new Card("4242424242424242", 2, 2026, "123"), now)).containsExactly("card.exp_month");
        assertThat(fields(new Card("", 13, null, "x"), now))
                .containsExactly("card.number", "card.exp_month", "card.cvc");
        assertThat(fields(new Card(null, null, null, null), now)).hasSize(3);
        assertThat(fields(new Card("4242424242424242", 3, 26, "1234"), now)).containsExactly("card.exp_year");
        assertThatThrownBy(() -> ManualProvider.mustBeTestCard(card("5555555555554444")))
                .isInstanceOf(Refusal.class);
        assertThat(card("4242424242424242")).hasToString("card ending in 4242");
    }

    private static List<String> fields(Card card, Instant now) {
        return card.problems(now).stream().map(Refusal.Field::field).toList();
    }

    private static Card card(String number) {
        return new Card(number, 12, 2040, "123");
    }

    private static void refused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    private static void balanced() {
        BigDecimal sum = billing.ledger.trialBalance(billing.dsl).stream()
                .map(Ledger.Balance::balance)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum).isEqualByComparingTo("0");
    }

    private static InvoiceId invoice() {
        billing.clock.set(Instant.parse("2026-03-10T01:00:00Z"));
        return invoiceOf(billing.open("showcase", "EUR", "UTC"), 60);
    }

    private static InvoiceId invoiceOf(AccountId account, int seconds) {
        Instant start = billing.clock.instant();
        billing.used(Billing.pieces(
                account, WorkloadId.next(), ContainerId.next(), start, start.plusSeconds(seconds), 1000, 1024));
        billing.clock.set(start.plusSeconds(120));
        billing.complete(billing.clock.instant());
        billing.close(account);
        return billing.periods
                .lastByOperator(billing.dsl, account)
                .orElseThrow()
                .invoice();
    }

    /** A provider that may lose its answer, but not the money. */
    private static final class Flaky implements PaymentProvider {
        private final ManualProvider manual = new ManualProvider();
        private boolean unknown;
        private boolean remembers;
        private Runnable meanwhile = () -> {};
        private int charges;

        @Override
        public String name() {
            return manual.name();
        }

        @Override
        public synchronized Outcome charge(Charge charge) {
            charges++;
            meanwhile.run();
            Outcome outcome = manual.charge(charge);
            return unknown ? new Outcome.Unknown("the line broke") : outcome;
        }

        @Override
        public Outcome lookUp(String idempotencyKey) {
            return remembers ? new Outcome.Succeeded(idempotencyKey) : manual.lookUp(idempotencyKey);
        }
    }
}
