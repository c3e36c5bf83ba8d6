package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.model.Charge;
import com.stripe.model.Customer;
import com.stripe.model.Dispute;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Refund;
import com.stripe.model.SetupIntent;
import com.stripe.param.CustomerUpdateParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.SetupIntentCreateParams;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of each test card: saved, charged on and off session, disputed, refunded. */
class CardsTest {
    private final Played played = new Played();

    @AfterEach
    void close() {
        played.close();
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_visa, visa, 4242",
        "pm_card_mastercard, mastercard, 4444",
        "pm_card_amex, amex, 0005",
        "pm_card_visa_debit, visa, 5556"
    })
    void aGoodCardIsSavedAndPays(String token, String brand, String last4) throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, token);
        assertThat(method.getCard().getBrand()).isEqualTo(brand);
        assertThat(method.getCard().getLast4()).isEqualTo(last4);
        PaymentIntent paid = played.pay(customer, method.getId(), 5_000);
        assertThat(paid.getStatus()).isEqualTo("succeeded");
        assertThat(paid.getAmountReceived()).isEqualTo(5_000);
        assertThat(paid.getMetadata()).containsEntry("invoice", "inv_1");
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, card_declined, generic_decline",
        "pm_card_visa_chargeDeclined, card_declined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, card_declined, insufficient_funds",
        "pm_card_chargeDeclinedLostCard, card_declined, lost_card",
        "pm_card_chargeDeclinedStolenCard, card_declined, stolen_card",
        "pm_card_chargeDeclinedExpiredCard, expired_card, expired_card",
        "pm_card_chargeDeclinedIncorrectCvc, incorrect_cvc, incorrect_cvc",
        "pm_card_chargeDeclinedProcessingError, processing_error, processing_error"
    })
    void aBadCardIsNeitherSavedNorCharged(String token, String code, String declineCode) throws Exception {
        Customer customer = played.customer();
        CardException notSaved = catchThrowableOfType(CardException.class, () -> played.saved(customer, token));
        assertThat(notSaved.getCode()).isEqualTo(code);
        assertThat(notSaved.getDeclineCode()).isEqualTo(declineCode);
        CardException notCharged = catchThrowableOfType(CardException.class, () -> played.pay(customer, token, 800));
        assertThat(notCharged.getCode()).isEqualTo(code);
        assertThat(notCharged.getDeclineCode()).isEqualTo(declineCode);
        Charge charge = played.client.v1().charges().retrieve(notCharged.getCharge());
        assertThat(charge.getStatus()).isEqualTo("failed");
        assertThat(charge.getFailureCode()).isEqualTo(code);
        assertThat(charge.getOutcome().getReason()).isEqualTo(declineCode);
        assertThat(played.client
                        .v1()
                        .customers()
                        .paymentMethods()
                        .list(customer.getId())
                        .getData())
                .isEmpty();
    }

    @Test
    void aCardThatIsSavedAndDeclinedLaterCanBeReplacedAndTheSameIntentPaid() throws Exception {
        Customer customer = played.customer();
        PaymentMethod bad = played.saved(customer, "pm_card_chargeCustomerFail");
        CardException declined =
                catchThrowableOfType(CardException.class, () -> played.pay(customer, bad.getId(), 800));
        String intent = declined.getStripeError().getPaymentIntent().getId();
        PaymentMethod good = played.saved(customer, "pm_card_visa");
        PaymentIntent paid = played.client
                .v1()
                .paymentIntents()
                .confirm(
                        intent,
                        com.stripe.param.PaymentIntentConfirmParams.builder()
                                .setPaymentMethod(good.getId())
                                .setOffSession(true)
                                .build());
        assertThat(paid.getStatus()).isEqualTo("succeeded");
        assertThat(paid.getLastPaymentError()).isNull();
        assertThatThrownBy(() -> played.client.v1().paymentIntents().confirm(intent))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("payment_intent_unexpected_state"));
    }

    @Test
    void aSavedCardCanRunDryAndRecover() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_visa");
        played.stripe.decline(method.getId(), "insufficient_funds");
        CardException dry = catchThrowableOfType(CardException.class, () -> played.pay(customer, method.getId(), 800));
        assertThat(dry.getDeclineCode()).isEqualTo("insufficient_funds");
        played.stripe.decline(method.getId(), "");
        assertThat(played.pay(customer, method.getId(), 800).getStatus()).isEqualTo("succeeded");
    }

    private SetupIntent setUp(Customer customer, String token) throws Exception {
        SetupIntent intent = played.client
                .v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder()
                        .setCustomer(customer.getId())
                        .setPaymentMethod(token)
                        .setConfirm(true)
                        .setReturnUrl("https://example.com/back")
                        .build());
        assertThat(intent.getStatus()).isEqualTo("requires_action");
        Pages.submit(intent.getNextAction().getRedirectToUrl().getUrl(), "result=complete");
        SetupIntent after = played.client.v1().setupIntents().retrieve(intent.getId());
        assertThat(after.getStatus()).isEqualTo("succeeded");
        return after;
    }

    @Test
    void aCardWithThreeDSecurePaysOffSessionOnceItWasSetUp() throws Exception {
        Customer customer = played.customer();
        SetupIntent done = setUp(customer, "pm_card_authenticationRequiredOnSetup");
        assertThat(played.pay(customer, done.getPaymentMethod(), 900).getStatus())
                .isEqualTo("succeeded");
    }

    @Test
    void aCardThatAlwaysAsksIsDeclinedOffSessionAndPaysWhenTheCustomerIsThere() throws Exception {
        Customer customer = played.customer();
        String method = setUp(customer, "pm_card_authenticationRequired").getPaymentMethod();
        CardException declined = catchThrowableOfType(CardException.class, () -> played.pay(customer, method, 900));
        assertThat(declined.getCode()).isEqualTo("authentication_required");
        PaymentIntent asked = played.client
                .v1()
                .paymentIntents()
                .confirm(
                        declined.getStripeError().getPaymentIntent().getId(),
                        com.stripe.param.PaymentIntentConfirmParams.builder()
                                .setPaymentMethod(method)
                                .setReturnUrl("https://example.com/back?a=b")
                                .build());
        assertThat(asked.getStatus()).isEqualTo("requires_action");
        String page = asked.getNextAction().getRedirectToUrl().getUrl();
        assertThat(Pages.submit(page, "result=fail")
                        .headers()
                        .firstValue("Location")
                        .orElseThrow())
                .startsWith("https://example.com/back?a=b&payment_intent=" + asked.getId())
                .endsWith("redirect_status=failed");
        PaymentIntent failed = played.client.v1().paymentIntents().retrieve(asked.getId());
        assertThat(failed.getStatus()).isEqualTo("requires_payment_method");
        assertThat(failed.getLastPaymentError().getCode()).isEqualTo("payment_intent_authentication_failure");
    }

    @Test
    void aDisputeTakesTheMoneyAndGivesItBackWhenWon() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_createDispute");
        PaymentIntent paid = played.pay(customer, method.getId(), 900);
        Dispute dispute = played.client.v1().disputes().list().getData().getFirst();
        assertThat(dispute.getStatus()).isEqualTo("needs_response");
        assertThat(dispute.getReason()).isEqualTo("fraudulent");
        assertThat(dispute.getCharge()).isEqualTo(paid.getLatestCharge());
        assertThat(dispute.getBalanceTransactions().getFirst().getNet()).isEqualTo(-900 - 1_500);
        assertThatThrownBy(() -> played.client
                        .v1()
                        .refunds()
                        .create(RefundCreateParams.builder()
                                .setCharge(dispute.getCharge())
                                .build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("charge_disputed"));
        Dispute won = played.client
                .v1()
                .disputes()
                .update(
                        dispute.getId(),
                        DisputeUpdateParams.builder()
                                .setEvidence(DisputeUpdateParams.Evidence.builder()
                                        .setUncategorizedText("winning_evidence")
                                        .build())
                                .setSubmit(true)
                                .build());
        assertThat(won.getStatus()).isEqualTo("won");
        assertThat(won.getBalanceTransactions()).hasSize(2);
        played.awaitWebhooks();
        assertThat(played.receiver.types())
                .containsSubsequence(
                        "charge.succeeded",
                        "payment_intent.succeeded",
                        "charge.dispute.created",
                        "charge.dispute.funds_withdrawn",
                        "charge.dispute.updated",
                        "charge.dispute.closed",
                        "charge.dispute.funds_reinstated");
    }

    @Test
    void anInquiryMovesNoMoneyUntilItBecomesADisputeThatIsLostByClosing() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_createDisputeInquiry");
        played.pay(customer, method.getId(), 900);
        Dispute inquiry = played.client.v1().disputes().list().getData().getFirst();
        assertThat(inquiry.getStatus()).isEqualTo("warning_needs_response");
        assertThat(inquiry.getBalanceTransactions()).isEmpty();
        Control control = new Control(played.stripe);
        control.post("disputes/" + inquiry.getId(), "{\"outcome\": \"escalated\"}");
        assertThat(played.client.v1().disputes().retrieve(inquiry.getId()).getStatus())
                .isEqualTo("needs_response");
        assertThat(played.client.v1().disputes().close(inquiry.getId()).getStatus())
                .isEqualTo("lost");
        assertThatThrownBy(() -> played.client.v1().disputes().close(inquiry.getId()))
                .hasMessageContaining("already closed");
    }

    @Test
    void refundsAddUpToTheChargeAndNoFurther() throws Exception {
        Customer customer = played.customer();
        PaymentIntent paid =
                played.pay(customer, played.saved(customer, "pm_card_visa").getId(), 1_000);
        RefundCreateParams some = RefundCreateParams.builder()
                .setCharge(paid.getLatestCharge())
                .setAmount(400L)
                .build();
        played.client.v1().refunds().create(some);
        assertThatThrownBy(() -> played.client
                        .v1()
                        .refunds()
                        .create(RefundCreateParams.builder()
                                .setCharge(paid.getLatestCharge())
                                .setAmount(601L)
                                .build()))
                .hasMessageContaining("greater than unrefunded amount");
        played.client
                .v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(paid.getId())
                        .build());
        Charge charge = played.client.v1().charges().retrieve(paid.getLatestCharge());
        assertThat(charge.getAmountRefunded()).isEqualTo(1_000);
        assertThat(charge.getRefunded()).isTrue();
        assertThatThrownBy(() -> played.client.v1().refunds().create(some))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("charge_already_refunded"));
    }

    @Test
    void aRefundMayFailLaterAndAnotherMaySucceedLater() throws Exception {
        Customer customer = played.customer();
        for (List<String> course : List.of(
                List.of("pm_card_refundFail", "succeeded", "failed"),
                List.of("pm_card_pendingRefund", "pending", "succeeded"))) {
            PaymentIntent paid = played.pay(
                    customer, played.saved(customer, course.getFirst()).getId(), 1_000);
            Refund refund = played.client
                    .v1()
                    .refunds()
                    .create(RefundCreateParams.builder()
                            .setPaymentIntent(paid.getId())
                            .build());
            assertThat(refund.getStatus()).isEqualTo(course.get(1));
            played.stripe.advance(Duration.ofDays(3));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(played.client
                                    .v1()
                                    .refunds()
                                    .retrieve(refund.getId())
                                    .getStatus())
                            .isEqualTo(course.get(2)));
            assertThat(played.client
                            .v1()
                            .charges()
                            .retrieve(paid.getLatestCharge())
                            .getAmountRefunded())
                    .isEqualTo(course.get(2).equals("failed") ? 0 : 1_000);
        }
    }

    @Test
    void moneyCanBeReservedFirstAndTakenLater() throws Exception {
        PaymentIntent reserved = played.client
                .v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(1_000L)
                        .setCurrency("usd")
                        .setPaymentMethod("pm_card_visa")
                        .addPaymentMethodType("card")
                        .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                        .setConfirm(true)
                        .build());
        assertThat(reserved.getStatus()).isEqualTo("requires_capture");
        assertThat(reserved.getAmountCapturable()).isEqualTo(1_000);
        PaymentIntent taken = played.client
                .v1()
                .paymentIntents()
                .capture(
                        reserved.getId(),
                        PaymentIntentCaptureParams.builder()
                                .setAmountToCapture(700L)
                                .build());
        assertThat(taken.getStatus()).isEqualTo("succeeded");
        assertThat(taken.getAmountReceived()).isEqualTo(700);
    }

    @Test
    void theDefaultCardMustBeTheCustomersOwn() throws Exception {
        Customer customer = played.customer();
        PaymentMethod own = played.saved(customer, "pm_card_visa");
        PaymentMethod others = played.saved(played.customer(), "pm_card_visa");
        assertThat(played.client
                        .v1()
                        .customers()
                        .update(customer.getId(), withDefault(own.getId()))
                        .getInvoiceSettings()
                        .getDefaultPaymentMethod())
                .isEqualTo(own.getId());
        assertThatThrownBy(() -> played.client.v1().customers().update(customer.getId(), withDefault(others.getId())))
                .isInstanceOf(InvalidRequestException.class);
        played.client.v1().paymentMethods().detach(own.getId());
        assertThat(played.client
                        .v1()
                        .customers()
                        .retrieve(customer.getId())
                        .getInvoiceSettings()
                        .getDefaultPaymentMethod())
                .isNull();
        assertThatThrownBy(() -> played.saved(customer, own.getId())).hasMessageContaining("may not be used again");
    }

    private static CustomerUpdateParams withDefault(String method) {
        return CustomerUpdateParams.builder()
                .setInvoiceSettings(CustomerUpdateParams.InvoiceSettings.builder()
                        .setDefaultPaymentMethod(method)
                        .build())
                .build();
    }
}
