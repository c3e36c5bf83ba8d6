package dev.berth.billing.notice;

import static dev.berth.schema.db.billing.Tables.DISPUTE;
import static dev.berth.schema.db.billing.Tables.PAYMENT;
import static dev.berth.schema.db.billing.Tables.PROVIDER_CALL;
import static dev.berth.schema.db.billing.Tables.PROVIDER_EVENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.edge.ErrorCode;
import dev.berth.billing.edge.Refusal;
import dev.berth.billing.ledger.LedgerAccount;
import dev.berth.billing.payment.KeptMethods;
import dev.berth.billing.payment.Payments;
import dev.berth.billing.standing.AccountStanding;
import dev.berth.billing.stripe.Setups;
import dev.berth.schema.db.billing.tables.records.PaymentRecord;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.InvoiceId;
import dev.berth.schema.id.PaymentMethodId;
import dev.berth.schema.standing.Standing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payments by Stripe's PaymentIntents, against the double. */
@Tag("parts")
class StripePaymentsTest {
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
    void aFinalInvoiceIsPaidByItselfWithTheDefault() {
        AccountId account = at.account("EUR", "pm_card_visa");
        InvoiceId invoice = at.invoice(account, 60);
        assertThat(at.billing.payments.collect(_ -> {})).isOne();
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, 720L)
                .containsEntry(LedgerAccount.RECEIVABLE, 0L);
        var intent = at.intents().getLast();
        assertThat(intent.path("amount_received").asLong()).isEqualTo(720);
        assertThat(intent.path("metadata").path("berth_invoice").asString()).isEqualTo(invoice.toString());
        assertThat(intent.path("metadata").path("berth_account").asString()).isEqualTo(account.toString());
        assertThat(keys(invoice)).containsExactly("berth:invoice:%s:attempt:1:charge".formatted(invoice));
        assertThat(at.billing.payments.collect(_ -> {})).isZero();
        at.told();
        assertThat(at.billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentSucceeded");
    }

    @ParameterizedTest
    @CsvSource({"JPY, 60", "KWD, 61", "USD, 60", "GBP, 60"})
    void everyCurrencyIsPaidInItsUnitsAndTheBooksAgree(String currency, int seconds) {
        InvoiceId invoice = at.invoice(at.account(currency, "pm_card_visa"), seconds);
        at.billing.payments.collect(_ -> {});
        assertThat(status(invoice)).isEqualTo("paid");
        PaymentRecord paid = at.billing.dsl.fetchSingle(PAYMENT);
        assertThat(at.intents().getLast().path("amount_received").asLong()).isEqualTo(paid.getAmountMinor());
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, paid.getAmountMinor())
                .containsEntry(LedgerAccount.RECEIVABLE, 0L);
    }

    @Test
    void aSoftDeclineIsTriedAgainUntilItIsPaid() {
        AccountId account = at.account("EUR", "pm_card_chargeCustomerFail");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        assertThat(last(invoice).getState()).isEqualTo("failed");
        assertThat(at.intents().getLast().path("status").asString())
                .as("what failed cannot take money later")
                .isEqualTo("canceled");
        assertThat(at.billing.told())
                .containsExactly("invoice.InvoiceFinalized", "invoice.PaymentFailed", "invoice.PaymentRetryScheduled");
        assertThat(at.billing.payments.collect(_ -> {})).as("not yet").isZero();
        for (int days : List.of(1, 2, 2, 2)) {
            at.billing.clock.advance(Duration.ofDays(days));
            assertThat(at.billing.payments.collect(_ -> {})).isOne();
        }
        at.billing.clock.advance(Duration.ofDays(30));
        assertThat(at.billing.payments.collect(_ -> {}))
                .as("four tries more, no fifth")
                .isZero();
        at.card(account, "pm_card_visa");
        assertThat(at.billing.payments.collect(_ -> {}))
                .as("a new default begins anew")
                .isOne();
        assertThat(status(invoice)).isEqualTo("paid");
    }

    @Test
    void whoDoesNotPayIsSuspendedOnlyAfterTheLastTryAndComesBackByANewCard() {
        AccountId account = at.account("EUR", "pm_card_chargeCustomerFail");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        at.billing.clock.advance(Duration.ofDays(15)); // due, and the tries are late
        for (int i = 0; i < 3; i++) {
            at.billing.payments.collect(_ -> {});
            assertThat(pass()).as("it is still tried").isEmpty();
            at.billing.clock.advance(Duration.ofHours(12));
        }
        at.billing.payments.collect(_ -> {});
        assertThat(pass()).containsExactly(Standing.PAST_DUE);
        at.billing.clock.advance(Duration.ofDays(7));
        assertThat(pass()).containsExactly(Standing.SUSPENDED);
        at.card(account, "pm_card_visa");
        at.billing.payments.collect(_ -> {});
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.billing.dunning.of(account).standing()).isEqualTo(Standing.GOOD);
    }

    @Test
    void whoIsSuspendedForTheTimeOfKeepingIsClosed() {
        AccountId account = at.account("EUR", "pm_card_visa");
        at.refuse(account, "stolen_card");
        at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        at.billing.clock.advance(Duration.ofDays(15));
        assertThat(pass()).containsExactly(Standing.PAST_DUE);
        at.billing.clock.advance(Duration.ofDays(7));
        assertThat(pass()).containsExactly(Standing.SUSPENDED);
        at.billing.clock.advance(Duration.ofDays(29));
        assertThat(pass()).isEmpty();
        at.billing.clock.advance(Duration.ofDays(1));
        assertThat(pass()).containsExactly(Standing.CLOSED);
    }

    @Test
    void theBankAsksTheCustomerWhoAnswersOnItsPage() {
        AccountId account = at.account("EUR", "pm_card_authenticationRequired");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        PaymentRecord asked = last(invoice);
        assertThat(asked.getState()).isEqualTo("requires_action");
        assertThat(asked.getActionDeadline())
                .isEqualTo(at.billing.clock.instant().plus(Payments.ACTION_TIME));
        assertThat(at.billing.told()).containsExactly("invoice.InvoiceFinalized", "invoice.PaymentActionRequired");
        assertThat(keys(invoice))
                .containsExactlyInAnyOrder(
                        "berth:invoice:%s:attempt:1:charge".formatted(invoice),
                        "berth:invoice:%s:attempt:1:authenticate".formatted(invoice));
        at.answer(asked.getActionUrl(), true);
        at.told();
        assertThat(status(invoice)).isEqualTo("paid");
    }

    @Test
    void aCustomerWhoDoesNotAnswerInTimeHasNotPaidAndCannotLater() {
        AccountId account = at.account("EUR", "pm_card_authenticationRequired");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        String url = last(invoice).getActionUrl();
        at.billing.clock.advance(Payments.ACTION_TIME);
        assertThat(at.billing.payments.janitor(_ -> {})).isOne();
        assertThat(last(invoice).getCode()).isEqualTo("authentication_expired");
        assertThat(at.intents().getLast().path("status").asString()).isEqualTo("canceled");
        assertThat(url).isNotNull();
        assertThat(at.billing.told()).endsWith("invoice.PaymentFailed", "invoice.PaymentRetryScheduled");
    }

    @Test
    void aCustomerWhoFailsTheBanksQuestionIsDeclined() {
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        at.answer(last(invoice).getActionUrl(), false);
        at.told();
        assertThat(last(invoice).getState()).isEqualTo("failed");
        assertThat(last(invoice).getCode()).isEqualTo("payment_intent_authentication_failure");
    }

    @Test
    void anotherCardEndsTheAttemptThatWaitsForTheCustomer() {
        AccountId account = at.account("EUR", "pm_card_authenticationRequired");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        PaymentMethodId other = at.card(account, "pm_card_visa");
        at.billing.payments.payKept(invoice, other, "key", Billing.CAUSE);
        at.billing.payments.payKept(invoice, other, "key", Billing.CAUSE);
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.intents().stream()
                        .map(one -> one.path("status").asString())
                        .toList())
                .endsWith("canceled", "succeeded");
    }

    @Test
    void whoPaysByHandIsToldWhereTheBankAsks() {
        AccountId account = at.account("EUR", "pm_card_authenticationRequired");
        InvoiceId invoice = at.invoice(account, 60);
        PaymentMethodId card =
                at.methods.defaultOf(at.billing.dsl, account).orElseThrow().id();
        refused(
                ErrorCode.PAYMENT_ACTION_REQUIRED,
                () -> at.billing.payments.payKept(invoice, card, "key", Billing.CAUSE));
        refused(
                ErrorCode.PAYMENT_ACTION_REQUIRED,
                () -> at.billing.payments.payKept(invoice, card, "key", Billing.CAUSE));
        at.answer(last(invoice).getActionUrl(), true);
        at.told();
        at.billing.payments.payKept(invoice, card, "key", Billing.CAUSE);
        assertThat(status(invoice)).isEqualTo("paid");
    }

    @Test
    void anAnswerThatWasLostIsAskedForWithTheSameKey() {
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_visa"), 60);
        at.stripe.fault(
                "{\"kind\": \"drop_reply\", \"times\": -1, \"path\": \"/v1/payment_intents\", \"method\": \"POST\"}");
        at.billing.payments.collect(_ -> {});
        assertThat(last(invoice).getState()).isEqualTo("pending");
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofMinutes(2));
        assertThat(at.billing.payments.janitor(_ -> {})).isOne();
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(ofInvoice(invoice)).isOne();
    }

    @Test
    void anAnswerThatWasLostForMoreThanADayIsLookedUpBeforeAnythingNew() {
        InvoiceId lost = at.invoice(at.account("EUR", "pm_card_visa"), 60);
        at.stripe.fault(
                "{\"kind\": \"drop_reply\", \"times\": -1, \"path\": \"/v1/payment_intents\", \"method\": \"POST\"}");
        at.billing.payments.collect(_ -> {});
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofHours(30));
        at.billing.payments.janitor(_ -> {});
        assertThat(status(lost)).isEqualTo("paid");
        assertThat(ofInvoice(lost)).isOne();

        InvoiceId never = at.invoice(at.account("EUR", "pm_card_visa"), 60);
        at.stripe.fault(
                "{\"kind\": \"drop_request\", \"times\": -1, \"path\": \"/v1/payment_intents\", \"method\": \"POST\"}");
        at.billing.payments.collect(_ -> {});
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofHours(30));
        at.billing.payments.janitor(_ -> {});
        assertThat(last(never).getCode()).isEqualTo("never_arrived");
        at.billing.clock.advance(Duration.ofDays(1));
        at.billing.payments.collect(_ -> {});
        assertThat(status(never)).isEqualTo("paid");
        assertThat(ofInvoice(never)).isOne();
    }

    @Test
    void aBurstOfTooManyRequestsIsWaitedFor() {
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_visa"), 60);
        at.stripe.fault("{\"kind\": \"status\", \"status\": 429, \"times\": 2, \"path\": \"/v1/payment_intents\"}");
        at.billing.payments.collect(_ -> {});
        assertThat(status(invoice)).isEqualTo("paid");
    }

    @Test
    void webhooksOfAnyOrderAndNumberHaveOneResult() {
        at.stripe.fault("{\"kind\": \"webhook_shuffle\", \"times\": -1, \"millis\": 50}");
        at.stripe.fault("{\"kind\": \"webhook_duplicate\", \"times\": -1, \"copies\": 3}");
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        at.answer(last(invoice).getActionUrl(), true);
        at.billing.clock.advance(Duration.ofMinutes(1));
        at.told();
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized", "invoice.PaymentActionRequired", "invoice.PaymentSucceeded");
        assertThat(at.billing.dsl.fetchCount(PROVIDER_EVENT, PROVIDER_EVENT.DELIVERIES.gt(1)))
                .isPositive();
        assertThat(at.billing.dsl.fetchCount(PROVIDER_EVENT, PROVIDER_EVENT.STATE.eq("received")))
                .isZero();
        assertThat(at.billing.dsl.fetchCount(PROVIDER_EVENT, PROVIDER_EVENT.BODY.isNotNull()))
                .as("what tells of cards is forgotten")
                .isZero();
    }

    @Test
    void whatWasNeverDeliveredIsFoundInTheListOfEvents() {
        at.stripe.fault("{\"kind\": \"webhook_drop\", \"times\": -1}");
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        at.answer(last(invoice).getActionUrl(), true);
        at.told();
        assertThat(status(invoice)).isEqualTo("final");
        assertThat(at.reconciliation.run().missed()).isPositive();
        at.look();
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.reconciliation.run().missed()).isZero();
    }

    @Test
    void eventsOfAnotherVersionWaitInQuarantineWithTheirBody() {
        at.stripe.fault("{\"kind\": \"webhook_api_version\", \"times\": -1, \"version\": \"2027-09-01.elder\"}");
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        at.answer(last(invoice).getActionUrl(), true);
        at.told();
        assertThat(status(invoice)).isEqualTo("final");
        var waiting = at.notices.latest("quarantined", 200);
        assertThat(waiting).isNotEmpty().allMatch(event -> event.getBody() != null);
        waiting.forEach(event ->
                assertThat(at.notices.release(event.getEventReference())).isTrue());
        at.look();
        assertThat(status(invoice)).isEqualTo("paid");
        assertThat(at.notices.count("quarantined")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\": \"webhook_wrong_signature\", \"times\": -1}",
                "{\"kind\": \"webhook_timestamp\", \"times\": -1, \"seconds\": 400}",
                "{\"kind\": \"webhook_timestamp\", \"times\": -1, \"seconds\": -400}"
            })
    void webhooksThatAreWronglySignedChangeNothing(String fault) {
        at.stripe.fault(fault);
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        PaymentRecord asked = last(invoice);
        at.answer(asked.getActionUrl(), true);
        at.told();
        assertThat(at.billing.dsl.fetchCount(PROVIDER_EVENT, PROVIDER_EVENT.OBJECT_ID.eq(asked.getReference())))
                .isZero();
        assertThat(status(invoice)).isEqualTo("final");
    }

    @Test
    void whileASecretIsReplacedEitherSignatureIsEnough() {
        at.stripe.fault("{\"kind\": \"webhook_two_signatures\", \"times\": -1}");
        InvoiceId invoice = at.invoice(at.account("EUR", "pm_card_authenticationRequired"), 60);
        at.billing.payments.collect(_ -> {});
        at.answer(last(invoice).getActionUrl(), true);
        at.told();
        assertThat(status(invoice)).isEqualTo("paid");
    }

    @Test
    void aCardIsTypedInOnTheProvidersPageAndBecomesTheDefault() {
        AccountId account = at.billing.open("showcase", "EUR", "UTC");
        InvoiceId invoice = at.invoice(account, 60);
        Setups.Visit visit = at.setups.begin(account, true);
        at.setups.refresh(account);
        assertThat(at.methods.of(at.billing.dsl, account)).isEmpty();
        at.type(visit.url(), "4242424242424242");
        at.setups.refresh(account);
        List<KeptMethods.Kept> kept = at.methods.of(at.billing.dsl, account);
        assertThat(kept).hasSize(1);
        assertThat(kept.getFirst().last4()).isEqualTo("4242");
        assertThat(kept.getFirst().isDefault()).isTrue();
        at.billing.payments.collect(_ -> {});
        assertThat(status(invoice)).isEqualTo("paid");
        at.setups.remove(kept.getFirst());
        assertThat(at.methods.of(at.billing.dsl, account)).isEmpty();
        assertThat(at.methods.defaultOf(at.billing.dsl, account)).isEmpty();
    }

    @Test
    void aVisitIsSeenByItsWebhookAloneAndEndsByItself() {
        AccountId account = at.billing.open("showcase", "EUR", "UTC");
        Setups.Visit visit = at.setups.begin(account, true);
        at.type(visit.url(), "4242424242424242");
        at.told();
        assertThat(at.methods.of(at.billing.dsl, account)).hasSize(1);
        Setups.Visit unused = at.setups.begin(account, true);
        at.billing.clock.set(unused.expiresAt());
        at.setups.pass(_ -> {});
        assertThat(at.billing.dsl.fetchValue("select count(*) from payment_method_setup where state = 'ended'"))
                .isEqualTo(1L);
    }

    @Test
    void oneCustomerIsOneCustomerThereHoweverOftenTheAnswerIsLost() {
        AccountId account = at.billing.open("showcase", "EUR", "UTC");
        int before = at.stripe.objects("customer").size();
        at.stripe.fault("{\"kind\": \"drop_reply\", \"times\": -1, \"path\": \"/v1/customers\", \"method\": \"POST\"}");
        at.customers.ensure(account);
        at.stripe.clearFaults();
        at.billing.clock.advance(Duration.ofHours(30));
        assertThat(at.customers.find(account)).isEmpty();
        at.customers.ensure(account);
        assertThat(at.customers.find(account)).isPresent();
        assertThat(at.stripe.objects("customer")).hasSize(before + 1);
    }

    @Test
    void amongSeveralCardsOneIsTheDefaultWhateverIsRemoved() {
        AccountId account = at.account("EUR", "pm_card_visa");
        PaymentMethodId second = at.card(account, "pm_card_mastercard");
        assertThat(at.methods.defaultOf(at.billing.dsl, account).orElseThrow().id())
                .isEqualTo(second);
        at.setups.remove(at.methods.find(at.billing.dsl, account, second).orElseThrow());
        assertThat(at.methods.of(at.billing.dsl, account)).hasSize(1);
        assertThat(at.methods.defaultOf(at.billing.dsl, account)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aContestedPaymentIsReceivableUntilItIsDecided(boolean won) {
        AccountId account = at.account("EUR", "pm_card_visa");
        InvoiceId invoice = at.invoice(account, 60);
        at.billing.payments.collect(_ -> {});
        String charge = at.intents().getLast().path("latest_charge").asString();
        String dispute = at.stripe.dispute(charge, "fraudulent");
        at.told();
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, 0L)
                .containsEntry(LedgerAccount.RECEIVABLE, 720L);
        at.stripe.decideDispute(dispute, won);
        at.told();
        assertThat(at.billing.ledger.balancesOf(at.billing.dsl, invoice))
                .containsEntry(LedgerAccount.CASH, won ? 720L : 0L)
                .containsEntry(LedgerAccount.RECEIVABLE, 0L);
        assertThat(at.billing.told())
                .containsExactly(
                        "invoice.InvoiceFinalized",
                        "invoice.PaymentSucceeded",
                        "invoice.DisputeOpened",
                        "invoice.DisputeClosed");
        assertThat(at.billing.dsl.fetchSingle(DISPUTE).getEvidence().data()).contains(invoice.toString());
    }

    private static List<Standing> pass() {
        return at.billing.dunning.pass(at.billing.clock.instant(), Billing.CAUSE, _ -> {}).stream()
                .map(AccountStanding::standing)
                .toList();
    }

    private static String status(InvoiceId invoice) {
        return at.billing.reader.find(invoice).orElseThrow().status();
    }

    private static PaymentRecord last(InvoiceId invoice) {
        return at.billing
                .dsl
                .selectFrom(PAYMENT)
                .where(PAYMENT.INVOICE_ID.eq(invoice))
                .orderBy(PAYMENT.ATTEMPT.desc())
                .limit(1)
                .fetchSingle();
    }

    private static List<String> keys(InvoiceId invoice) {
        return at.billing
                .dsl
                .select(PROVIDER_CALL.IDEMPOTENCY_KEY)
                .from(PROVIDER_CALL)
                .where(PROVIDER_CALL.IDEMPOTENCY_KEY.contains(invoice.toString()))
                .fetch(PROVIDER_CALL.IDEMPOTENCY_KEY);
    }

    /** How many intents of an invoice took money. */
    private static long ofInvoice(InvoiceId invoice) {
        return at.intents().stream()
                .filter(one ->
                        one.path("metadata").path("berth_invoice").asString("").equals(invoice.toString()))
                .filter(one -> one.path("status").asString().equals("succeeded"))
                .count();
    }

    private static void refused(ErrorCode code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
