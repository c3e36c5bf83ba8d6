package dev.berth.billing.notice;

import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.PROVIDER_CALL;
import static dev.berth.schema.db.billing.Tables.PROVIDER_EVENT;
import static dev.berth.schema.db.billing.Tables.REFUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.param.RefundCreateParams;
import dev.berth.billing.Billing;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.invoice.CreditNoteView;
import dev.berth.billing.invoice.CreditNotes;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.schema.db.billing.tables.records.RefundRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.unit.Money;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Refunds at Stripe, against the double. After each test the books hold what the double has, see {@link #agree}. */
@Tag("parts")
class StripeRefundsTest {
    private static AtStripe at;

    @BeforeAll
    static void start() throws IOException {
        at = new AtStripe(UnaryOperator.identity());
    }

    @BeforeEach
    void rewind() {
        at.billing.reset(AtStripe.START);
    }

    @AfterEach
    void clear() {
        at.stripe.clearFaults();
    }

    @AfterAll
    static void close() {
        at.close();
    }

    @Test
    void whatWasPaidGoesBackToTheCardAndBecomesNoCredit() {
        Bill bill = paid("EUR", "pm_card_visa");
        CreditNoteView note = refund(bill, null);
        assertThat(note.refunded()).isEqualTo(new Money(720, "EUR"));
        assertThat(note.credited().amountMinor()).isZero();
        assertThat(credit(bill)).isZero();
        RefundRecord refund = only();
        assertThat(refund.getState()).isEqualTo("succeeded");
        ObjectNode there = refunds().getFirst();
        assertThat(there.path("amount").asLong()).isEqualTo(720);
        assertThat(there.path("id").asString()).isEqualTo(refund.getReference());
        assertThat(there.path("metadata").path("berth_refund").asString())
                .isEqualTo(refund.getRefundId().toString());
        assertThat(there.path("metadata").path("berth_credit_note").asString())
                .isEqualTo(note.id().toString());
        assertThat(at.billing.dsl.fetchValue(PROVIDER_CALL.IDEMPOTENCY_KEY, PROVIDER_CALL.STEP.eq("refund")))
                .isEqualTo("berth:refund:%s:create".formatted(refund.getRefundId()));
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, bill.invoice()).values())
                .as("as if nothing had been billed")
                .containsOnly(0L);
        at.told();
        assertThat(at.billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized",
                        "invoice.PaymentSucceeded",
                        "invoice.CreditNoteIssued",
                        "invoice.RefundSucceeded");
        assertThat(at.billing.reader.find(bill.invoice()).orElseThrow().status())
                .as("final is final")
                .isEqualTo("paid");
        agree();
    }

    @ParameterizedTest
    @CsvSource({"JPY, 60", "KWD, 61", "USD, 60"})
    void everyCurrencyGoesBackInItsUnitsAndTheRestIsCredit(String currency, int seconds) {
        AccountId account = at.account(currency, "pm_card_visa");
        InvoiceId invoice = at.invoice(account, seconds);
        at.billing.payments.collect(_ -> {});
        CreditNoteView note = refund(new Bill(account, invoice, currency), null);
        assertThat(refunds().getFirst().path("amount").asLong())
                .isEqualTo(note.refunded().amountMinor());
        assertThat(note.refunded().amountMinor() + note.credited().amountMinor())
                .isEqualTo(note.total().amountMinor());
        assertThat(note.credited().amountMinor()).isLessThan(10);
        agree();
    }

    @Test
    void partsGoBackUntilAllIsAndNoFurther() {
        Bill bill = paid("EUR", "pm_card_visa");
        refund(bill, 100L);
        refund(bill, 250L);
        CreditNoteView last = refund(bill, null);
        assertThat(last.refunded().amountMinor()).isEqualTo(370);
        assertThat(refunds()).hasSize(3);
        assertRefused(() -> refund(bill, null), ErrorCode.CREDIT_NOTE_REFUSED);
        agree();
    }

    @Test
    void aRequestThatIsRepeatedIsOneRefund() {
        Bill bill = paid("EUR", "pm_card_visa");
        CreditNotes.Asked asked = new CreditNotes.Asked(bill.invoice(), new Money(100, "EUR"), "goodwill", "a-key");
        CreditNoteView note = at.billing.refunds.issue(asked, null, Billing.CAUSE);
        assertThat(at.billing.refunds.issue(asked, null, Billing.CAUSE).id()).isEqualTo(note.id());
        assertThat(refunds()).hasSize(1);
        agree();
    }

    @Test
    void manyAtOnceNeverGiveBackMoreThanCameIn() throws Exception {
        Bill bill = paid("EUR", "pm_card_visa");
        List<Callable<Boolean>> wishes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            wishes.add(() -> {
                try {
                    refund(bill, 200L);
                    return true;
                } catch (Refusal refused) {
                    return false;
                }
            });
        }
        int done = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> one : threads.invokeAll(wishes)) {
                done += one.get() ? 1 : 0;
            }
        }
        assertThat(done).isEqualTo(3);
        assertThat(refunds()).hasSize(3);
        agree();
    }

    @Test
    void whatWasIssuedAsCreditIsPaidBackWhileNothingOfItIsUsed() {
        Bill bill = paid("EUR", "pm_card_visa");
        CreditNoteView note = at.billing.creditNotes.issue(bill.invoice(), null, "goodwill", null, Billing.CAUSE);
        assertThat(credit(bill)).isEqualTo(720);
        at.billing.refunds.refund(note.id(), null, "once", Billing.CAUSE);
        assertThat(at.billing.refunds.refund(note.id(), null, "once", Billing.CAUSE))
                .as("a repetition is answered with what became of it")
                .singleElement()
                .satisfies(refund -> assertThat(refund.getState()).isEqualTo("succeeded"));
        assertThat(credit(bill)).isZero();
        assertThat(refunds()).hasSize(1);
        assertRefused(() -> at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE), ErrorCode.REFUND_REFUSED);
        agree();
    }

    @Test
    void creditThatPaidForAnInvoiceIsNotPaidBack() {
        Bill bill = paid("EUR", "pm_card_visa");
        CreditNoteView note =
                at.billing.creditNotes.issue(bill.invoice(), new Money(100, "EUR"), "goodwill", null, Billing.CAUSE);
        at.invoice(bill.account(), 60);
        assertRefused(() -> at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE), ErrorCode.CREDIT_REFUSED);
        assertThat(refunds()).isEmpty();
    }

    @Test
    void aCardThatIsClosedMakesItCreditThoughItSeemedToSucceed() {
        Bill bill = paid("EUR", "pm_card_refundFail");
        refund(bill, null);
        assertThat(only().getState()).as("at first").isEqualTo("succeeded");
        at.told();
        at.billing.clock.advance(Duration.ofMinutes(5));
        at.told();
        assertThat(only().getState()).isEqualTo("failed");
        assertThat(only().getCode()).isEqualTo("expired_or_canceled_card");
        assertThat(credit(bill)).isEqualTo(720);
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, bill.invoice()))
                .containsEntry(LedgerAccount.CASH, 720L)
                .containsEntry(LedgerAccount.CREDIT, -720L);
        assertThat(at.billing.told()).endsWith("invoice.RefundSucceeded", "invoice.RefundFailed");
        at.look();
        assertThat(credit(bill)).as("once, however often it is told").isEqualTo(720);
        agree();
    }

    @Test
    void oneThatTheBankIsAtWaitsAndThenSucceeds() {
        Bill bill = paid("EUR", "pm_card_pendingRefund");
        refund(bill, null);
        assertThat(only().getState()).isEqualTo("pending");
        assertThat(credit(bill)).as("it is on its way, and no invoice uses it").isZero();
        assertThat(at.billing.told()).doesNotContain("invoice.RefundSucceeded");
        assertThat(at.billing.refunds.janitor(_ -> {})).isZero();
        at.billing.clock.advance(Duration.ofMinutes(5));
        at.told();
        assertThat(only().getState()).isEqualTo("succeeded");
        assertThat(at.billing.told()).endsWith("invoice.RefundSucceeded");
        agree();
    }

    @Test
    void aReplyThatIsLostIsAskedForAgainWithTheSameKey() {
        Bill bill = paid("EUR", "pm_card_visa");
        at.stripe.fault("{\"kind\": \"drop_reply\", \"times\": 9, \"path\": \"/v1/refunds\", \"method\": \"POST\"}");
        refund(bill, null);
        assertThat(only().getState()).isEqualTo("pending");
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofMinutes(2));
        assertThat(at.billing.refunds.janitor(_ -> {})).isOne();
        assertThat(only().getState()).isEqualTo("succeeded");
        assertThat(refunds()).as("paid back once").hasSize(1);
        agree();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterADayItIsLookedUpBeforeAnythingIsMadeAnew(boolean arrived) {
        Bill bill = paid("EUR", "pm_card_visa");
        at.stripe.fault("{\"kind\": \"%s\", \"times\": 9, \"path\": \"/v1/refunds\", \"method\": \"POST\"}"
                .formatted(arrived ? "drop_reply" : "drop_request"));
        refund(bill, null);
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofDays(3));
        assertThat(at.billing.refunds.janitor(_ -> {})).isOne();
        assertThat(refunds()).hasSize(arrived ? 1 : 0);
        assertThat(only().getState()).isEqualTo(arrived ? "succeeded" : "failed");
        assertThat(credit(bill)).isEqualTo(arrived ? 0 : 720);
        agree();
    }

    @Test
    void whatStripeRefusesIsCreditAtOnce() throws StripeException {
        Bill bill = paid("EUR", "pm_card_visa");
        String intent = at.billing.dsl.fetchSingle(PAYMENT).getReference();
        StripeClient.builder()
                .setApiKey(at.stripe.secretKey())
                .setApiBase(at.stripe.apiBase())
                .build()
                .v1()
                .refunds()
                .create(RefundCreateParams.builder().setPaymentIntent(intent).build());
        refund(bill, null);
        assertThat(only().getState()).isEqualTo("failed");
        assertThat(only().getCode()).isEqualTo("charge_already_refunded");
        assertThat(credit(bill)).isEqualTo(720);
        at.told();
        assertThat(only().getState()).isEqualTo("failed");
    }

    @Test
    void eventsInAnyOrderAndTwiceHaveOneResult() {
        Bill bill = paid("EUR", "pm_card_refundFail");
        at.stripe.fault("{\"kind\": \"webhook_duplicate\", \"times\": 20, \"copies\": 3}");
        at.stripe.fault("{\"kind\": \"webhook_shuffle\", \"times\": 20, \"millis\": 30}");
        refund(bill, null);
        at.billing.clock.advance(Duration.ofMinutes(5));
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            at.billing.clock.advance(Duration.ofSeconds(1)); // shuffled ones wait on the double's clock
            at.told();
            assertThat(at.billing
                            .dsl
                            .select(PROVIDER_EVENT.TYPE)
                            .from(PROVIDER_EVENT)
                            .where(PROVIDER_EVENT.STATE.eq("applied"))
                            .fetch(PROVIDER_EVENT.TYPE))
                    .contains(
                            "refund.created",
                            "refund.updated",
                            "refund.failed",
                            "charge.refunded",
                            "charge.refund.updated");
        });
        assertThat(only().getState()).isEqualTo("failed");
        assertThat(credit(bill)).isEqualTo(720);
        agree();
    }

    @Test
    void whatWasNeverDeliveredIsFoundByThePassOverTheEvents() {
        Bill bill = paid("EUR", "pm_card_refundFail");
        at.stripe.fault("{\"kind\": \"webhook_drop\", \"times\": -1}");
        refund(bill, null);
        at.billing.clock.advance(Duration.ofMinutes(5));
        at.told();
        assertThat(only().getState()).isEqualTo("succeeded");
        at.reconciliation.run();
        at.look();
        assertThat(only().getState()).isEqualTo("failed");
        assertThat(credit(bill)).isEqualTo(720);
        agree();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPaymentThatIsContestedIsNotPaidBackUntilItIsWon(boolean won) {
        Bill bill = paid("EUR", "pm_card_visa");
        String charge = at.intents().getLast().path("latest_charge").asString();
        String dispute = at.stripe.dispute(charge, "fraudulent");
        at.told();
        assertRefused(() -> refund(bill, null), ErrorCode.REFUND_REFUSED);
        CreditNoteView note =
                at.billing.creditNotes.issue(bill.invoice(), new Money(100, "EUR"), "goodwill", null, Billing.CAUSE);
        assertRefused(() -> at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE), ErrorCode.REFUND_REFUSED);
        assertThat(credit(bill)).as("a refusal changes nothing").isEqualTo(100);
        at.stripe.decideDispute(dispute, won);
        at.told();
        if (won) {
            at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE);
            assertThat(only().getState()).isEqualTo("succeeded");
        } else {
            assertRefused(
                    () -> at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE), ErrorCode.REFUND_REFUSED);
        }
    }

    @RepeatedTest(5)
    void aDisputeThatIsToldWhileItIsPaidBackNeverTakesTheMoneyTwice() throws Exception {
        Bill bill = paid("EUR", "pm_card_visa");
        at.told();
        String charge = at.intents().getLast().path("latest_charge").asString();
        String dispute = at.stripe.dispute(charge, "fraudulent");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(at.stripe::webhooksIdle);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> told = threads.submit(at::look);
            Future<?> asked = threads.submit(() -> {
                try {
                    refund(bill, null);
                } catch (Refusal refused) {
                    assertThat(refused.code()).isEqualTo(ErrorCode.REFUND_REFUSED);
                }
            });
            told.get();
            asked.get();
        }
        at.stripe.decideDispute(dispute, false);
        at.told();
        assertThat(refunds()).isEmpty();
        assertThat(at.billing.dsl.fetch(REFUND).getValues(REFUND.STATE))
                .as("Stripe refuses what is contested")
                .allMatch(state -> state.equals("failed"));
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, bill.invoice())).containsEntry(LedgerAccount.CASH, 0L);
    }

    @Test
    void whatFailedIsTriedAgainWhenTheOperatorSaysSo() {
        Bill bill = paid("EUR", "pm_card_visa");
        at.stripe.fault("{\"kind\": \"status\", \"status\": 400, \"times\": 1, \"path\": \"/v1/refunds\"}");
        CreditNoteView note = refund(bill, null);
        assertThat(only().getState()).isEqualTo("failed");
        assertThat(credit(bill)).isEqualTo(720);
        at.billing.refunds.refund(note.id(), null, null, Billing.CAUSE);
        assertThat(at.billing.dsl.fetch(REFUND).getValues(REFUND.STATE))
                .containsExactlyInAnyOrder("failed", "succeeded");
        assertThat(credit(bill)).isZero();
        agree();
    }

    @Test
    void nothingIsPaidBackOfWhatIsOwedStill() {
        AccountId account = at.account("EUR", "pm_card_visa");
        InvoiceId invoice = at.invoice(account, 60);
        assertRefused(() -> refund(new Bill(account, invoice, "EUR"), null), ErrorCode.REFUND_REFUSED);
        assertThat(at.billing.told()).containsExactly("invoice.InvoiceFinalized");
    }

    @Test
    void whatTheOperatorMarkedAsPaidIsPaidBackByHand() {
        AccountId account = at.account("EUR", "pm_card_visa");
        Bill bill = new Bill(account, at.invoice(account, 60), "EUR");
        at.billing.payments.markPaid(bill.invoice(), "transfer 1", null, Billing.CAUSE);
        assertThatThrownBy(() -> refund(bill, null)).isInstanceOf(Refusal.class).hasMessageContaining("reference");
        CreditNotes.Asked asked = new CreditNotes.Asked(bill.invoice(), null, "goodwill", null);
        CreditNoteView note = at.billing.refunds.issue(asked, "transfer 2", Billing.CAUSE);
        assertThat(note.refunded().amountMinor()).isEqualTo(720);
        assertThat(only().getState()).isEqualTo("succeeded");
        assertThat(only().getReference()).isEqualTo("transfer 2");
        assertThat(refunds()).isEmpty();
        assertThat(at.billing.told()).endsWith("invoice.CreditNoteIssued", "invoice.RefundSucceeded");
    }

    private record Bill(AccountId account, InvoiceId invoice, String currency) {}

    private static Bill paid(String currency, String card) {
        AccountId account = at.account(currency, card);
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        assertThat(at.billing.reader.find(invoice).orElseThrow().status()).isEqualTo("paid");
        return new Bill(account, invoice, currency);
    }

    private static CreditNoteView refund(Bill bill, @Nullable Long net) {
        Money money = net == null ? null : new Money(net, bill.currency());
        return at.billing.refunds.issue(
                new CreditNotes.Asked(bill.invoice(), money, "goodwill", null), null, Billing.CAUSE);
    }

    private static RefundRecord only() {
        return at.billing.dsl.fetchSingle(REFUND);
    }

    private static long credit(Bill bill) {
        return at.billing
                .credits
                .balance(at.billing.dsl, bill.account(), bill.currency())
                .grantedMinor();
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    /** The refunds at the double of payments that are in the database. */
    private static List<ObjectNode> refunds() {
        List<String> ours = at.billing.dsl.fetch(PAYMENT).getValues(PAYMENT.REFERENCE);
        return at.stripe.objects("refund").stream()
                .filter(refund -> ours.contains(refund.path("payment_intent").asString()))
                .toList();
    }

    /** What the double captured less what it paid back is what the books call cash. */
    private static void agree() {
        List<String> ours = at.billing.dsl.fetch(PAYMENT).getValues(PAYMENT.REFERENCE);
        long captured = at.intents().stream()
                .filter(intent -> ours.contains(intent.path("id").asString()))
                .mapToLong(intent -> intent.path("amount_received").asLong())
                .sum();
        long back = refunds().stream()
                .filter(refund -> !refund.path("status").asString().equals("failed"))
                .mapToLong(refund -> refund.path("amount").asLong())
                .sum();
        long cash = at.billing
                .dsl
                .resultQuery("select coalesce(sum(amount_minor), 0) from ledger_entry where ledger_account = 'cash'")
                .fetchSingle(0, Long.class);
        assertThat(cash).isEqualTo(captured - back);
    }
}
