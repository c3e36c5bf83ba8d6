package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.stripe.exception.CardException;
import com.stripe.model.Balance;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Customer;
import com.stripe.model.Dispute;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Refund;
import com.stripe.model.SetupAttempt;
import com.stripe.model.SetupIntent;
import com.stripe.model.StripeError;
import com.stripe.model.StripeObject;
import com.stripe.model.WebhookEndpoint;
import com.stripe.model.checkout.Session;
import com.stripe.net.ApiResource;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.SetupIntentCreateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.stripe.param.checkout.SessionCreateParams;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each object has the fields that Stripe's library knows, all of them, and no other; and the library reads back what was written. */
class ShapeTest {
    /** What Stripe leaves out unless it is set, asked for by expand, or of use: none of it is required in its OpenAPI document. */
    private static final Set<String> OPTIONAL = Set.of(
            "AmountDetails.discount_amount",
            "AmountDetails.error",
            "AmountDetails.line_items",
            "AmountDetails.shipping",
            "AmountDetails.tax",
            "Tip.amount",
            "Card.capture_before",
            "Card.capture_method",
            "Card.description",
            "Card.iin",
            "Card.issuer",
            "Card.moto",
            "Card.network",
            "Card.request_extended_authorization",
            "Card.request_incremental_authorization",
            "Card.request_multicapture",
            "Card.request_overcapture",
            "Card.require_cvc_recollection",
            "Card.setup_future_usage",
            "Card.statement_descriptor_suffix_kana",
            "Card.statement_descriptor_suffix_kanji",
            "Card.transaction_link_id",
            "Charge.authorization_code",
            "Charge.level3",
            "Charge.transfer",
            "Charge.refunds",
            "Customer.cash_balance",
            "Customer.deleted",
            "Customer.invoice_credit_balance",
            "Customer.sources",
            "Customer.subscriptions",
            "Customer.tax",
            "Customer.tax_ids",
            "Dispute.network_reason_code",
            "EnhancedEligibility.mastercard_compliance",
            "EnhancedEligibility.visa_compelling_evidence_3",
            "EnhancedEligibility.visa_compliance",
            "EnhancedEvidence.mastercard_compliance",
            "EnhancedEvidence.visa_compelling_evidence_3",
            "EnhancedEvidence.visa_compliance",
            "FraudDetails.stripe_report",
            "FraudDetails.user_report",
            "Outcome.rule",
            "PaymentIntent.hooks",
            "PaymentIntent.managed_payments",
            "PaymentIntent.payment_details",
            "PaymentIntent.presentment_details",
            "RadarOptions.session",
            "SetupAttempt.attach_to_self",
            "SetupIntent.attach_to_self",
            "SetupIntent.managed_payments",
            "StripeError.network_advice_code",
            "StripeError.network_decline_code",
            "StripeError.param",
            "StripeError.payment_intent",
            "StripeError.payment_method_type",
            "StripeError.request_log_url",
            "StripeError.setup_intent",
            "StripeError.source",
            "StripeError.user_message",
            "StripeError.charge",
            "StripeError.advice_code",
            "StripeError.decline_code",
            "PaymentMethod.radar_options",
            "Event.account",
            "Event.context",
            "Data.previous_attributes",
            "NextAction.use_stripe_sdk",
            "Refund.description",
            "Refund.failure_balance_transaction",
            "Refund.failure_reason",
            "Refund.instructions_email",
            "Refund.next_action",
            "Refund.pending_reason",
            "Refund.presentment_details",
            "Session.branding_settings",
            "Session.line_items",
            "Session.managed_payments",
            "Session.name_collection",
            "Session.optional_items",
            "Session.presentment_details",
            "Session.redirect_on_completion",
            "Session.return_url",
            "Session.tax_id_collection",
            "Session.excluded_payment_method_types",
            "Session.integration_identifier",
            "Balance.connect_reserved",
            "Balance.instant_available",
            "Balance.issuing",
            "Balance.refund_and_dispute_prefunding",
            "SourceTypes.bank_account",
            "SourceTypes.fpx",
            "WebhookEndpoint.deleted",
            "Card.restrictions");

    private final Played played = new Played();

    @AfterEach
    void close() {
        played.close();
    }

    private static void complete(StripeObject object) {
        JsonObject raw = JsonParser.parseString(object.getLastResponse().body()).getAsJsonObject();
        assertThat(new Shape(OPTIONAL).compare(raw, object.getClass())).isEmpty();
        StripeObject again = ApiResource.GSON.fromJson(raw, object.getClass());
        assertThat(again).isEqualTo(object);
        assertThat(object.getLastResponse().requestId()).startsWith("req_");
        assertThat(object.getLastResponse().headers().firstValue("Stripe-Version"))
                .contains("2026-07-29.dahlia");
    }

    @Test
    void customersAndTheirCards() throws Exception {
        Customer customer = played.customer();
        complete(customer);
        complete(played.client.v1().customers().retrieve(customer.getId()));
        PaymentMethod method = played.saved(customer, "pm_card_visa");
        complete(method);
        complete(played.client.v1().paymentMethods().retrieve(method.getId()));
        complete(played.client.v1().paymentMethods().detach(method.getId()));
    }

    @Test
    void setupIntentsAndTheirAttempts() throws Exception {
        SetupIntent intent = played.client
                .v1()
                .setupIntents()
                .create(SetupIntentCreateParams.builder()
                        .setCustomer(played.customer().getId())
                        .setPaymentMethod("pm_card_authenticationRequired")
                        .setConfirm(true)
                        .setReturnUrl("https://example.com/back")
                        .addExpand("payment_method")
                        .addExpand("latest_attempt")
                        .build());
        complete(intent);
        assertThat(intent.getStatus()).isEqualTo("requires_action");
        SetupAttempt attempt = intent.getLatestAttemptObject();
        assertThat(attempt.getStatus()).isEqualTo("requires_action");
    }

    @Test
    void paymentsWithAllThatHangsOnThem() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_visa");
        PaymentIntent paid = played.pay(customer, method.getId(), 1_250);
        complete(paid);
        Charge charge = played.client.v1().charges().retrieve(paid.getLatestCharge());
        complete(charge);
        BalanceTransaction movement = played.client.v1().balanceTransactions().retrieve(charge.getBalanceTransaction());
        complete(movement);
        assertThat(movement.getAmount()).isEqualTo(1_250);
        assertThat(movement.getFee()).isEqualTo(66);
        assertThat(movement.getNet()).isEqualTo(1_184);
        Refund refund = played.client
                .v1()
                .refunds()
                .create(RefundCreateParams.builder()
                        .setPaymentIntent(paid.getId())
                        .setAmount(250L)
                        .setReason(RefundCreateParams.Reason.REQUESTED_BY_CUSTOMER)
                        .build());
        complete(refund);
        Balance balance = played.client.v1().balance().retrieve();
        complete(balance);
        assertThat(balance.getPending().getFirst().getAmount()).isEqualTo(1_184 - 250);
    }

    @Test
    void everythingThatCanBeExpandedIsWholeInside() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_visa");
        PaymentIntent paid = played.client
                .v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(1_000L)
                        .setCurrency("eur")
                        .setCustomer(customer.getId())
                        .setPaymentMethod(method.getId())
                        .addPaymentMethodType("card")
                        .setConfirm(true)
                        .setOffSession(true)
                        .addAllExpand(List.of(
                                "customer",
                                "payment_method",
                                "latest_charge.balance_transaction",
                                "latest_charge.refunds"))
                        .build());
        complete(paid);
        assertThat(paid.getLatestChargeObject().getBalanceTransactionObject().getSource())
                .isEqualTo(paid.getLatestCharge());
        assertThat(paid.getLatestChargeObject().getRefunds().getData()).isEmpty();
        assertThat(paid.getCustomerObject().getEmail()).isEqualTo("ada@example.com");
    }

    @Test
    void declinesWithTheIntentInside() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_chargeCustomerFail");
        CardException declined =
                catchThrowableOfType(CardException.class, () -> played.pay(customer, method.getId(), 700));
        StripeError error = declined.getStripeError();
        JsonObject raw = JsonParser.parseString(
                        error.getLastResponse() == null
                                ? "{}"
                                : error.getLastResponse().body())
                .getAsJsonObject();
        assertThat(raw.isEmpty() || raw.has("error")).isTrue();
        assertThat(declined.getStatusCode()).isEqualTo(402);
        assertThat(declined.getCode()).isEqualTo("card_declined");
        assertThat(declined.getDeclineCode()).isEqualTo("generic_decline");
        assertThat(declined.getRequestId()).startsWith("req_");
        PaymentIntent failed = error.getPaymentIntent();
        assertThat(failed.getStatus()).isEqualTo("requires_payment_method");
        assertThat(failed.getPaymentMethod()).isNull();
        assertThat(failed.getLastPaymentError().getPaymentMethod().getId()).isEqualTo(method.getId());
        complete(played.client.v1().paymentIntents().retrieve(failed.getId()));
        complete(played.client.v1().charges().retrieve(declined.getCharge()));
    }

    @Test
    void disputesEventsEndpointsAndCheckout() throws Exception {
        Customer customer = played.customer();
        PaymentMethod method = played.saved(customer, "pm_card_createDispute");
        played.pay(customer, method.getId(), 900);
        Dispute dispute = played.client.v1().disputes().list().getData().getFirst();
        complete(played.client.v1().disputes().retrieve(dispute.getId()));
        for (Event event : played.client.v1().events().list().getData()) {
            complete(played.client.v1().events().retrieve(event.getId()));
            assertThat(event.getDataObjectDeserializer().getObject()).isPresent();
        }
        WebhookEndpoint endpoint = played.client
                .v1()
                .webhookEndpoints()
                .create(WebhookEndpointCreateParams.builder()
                        .setUrl("https://example.com/hook")
                        .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.ALL)
                        .build());
        complete(endpoint);
        assertThat(endpoint.getSecret()).startsWith("whsec_");
        Session session = played.client
                .v1()
                .checkout()
                .sessions()
                .create(SessionCreateParams.builder()
                        .setMode(SessionCreateParams.Mode.SETUP)
                        .setCustomer(customer.getId())
                        .addPaymentMethodType(SessionCreateParams.PaymentMethodType.CARD)
                        .setSuccessUrl("https://example.com/done?session={CHECKOUT_SESSION_ID}")
                        .setCancelUrl("https://example.com/no")
                        .build());
        complete(session);
        assertThat(session.getUrl()).startsWith(played.stripe.hostedBase());
    }
}
