package dev.berth.stripe.resource;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Confirming a PaymentIntent: the issuer takes the card, refuses it, or asks for 3-D Secure. */
public final class Payment {
    private static final String KIND = PaymentIntents.KIND;
    private static final List<String> CONFIRMABLE =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");

    private Payment() {}

    static Answer confirm(Change change, Params params, String id) {
        params.only(
                "capture_method",
                "client_secret",
                "error_on_requires_action",
                "mandate",
                "mandate_data",
                "off_session",
                "payment_method",
                "payment_method_options",
                "payment_method_types",
                "radar_options",
                "receipt_email",
                "return_url",
                "setup_future_usage",
                "shipping",
                "use_stripe_sdk");
        ObjectNode intent = open(change, id);
        PaymentIntents.apply(change, intent, params);
        return confirm(change, intent, params);
    }

    private static ObjectNode open(Change change, String id) {
        ObjectNode intent = change.get(KIND, id, null);
        String status = Json.text(intent, "status");
        if (!CONFIRMABLE.contains(status)) {
            throw PaymentIntents.unexpected(
                    intent,
                    status.equals("succeeded")
                            ? "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed."
                            : "You cannot confirm this PaymentIntent because it has a status of %s.".formatted(status));
        }
        return intent;
    }

    static Answer confirm(Change change, ObjectNode intent, Params params) {
        String methodId = Json.text(intent, "payment_method");
        if (methodId.isEmpty()) {
            throw PaymentIntents.unexpected(
                    intent,
                    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.");
        }
        boolean offSession = params.has("off_session")
                && !params.text("off_session").orElse("false").equals("false");
        String returnUrl = params.text("return_url").orElse("");
        boolean mayRedirect = Json.text(intent.path("automatic_payment_methods"), "allow_redirects")
                .equals("always");
        if (mayRedirect && !offSession && returnUrl.isEmpty()) {
            throw StripeError.invalid(
                            null,
                            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
                            null)
                    .with(KIND, intent);
        }
        ObjectNode method = change.get("payment_method", methodId, "payment_method");
        return pay(change, intent, method, new Terms(offSession, params.isTrue("error_on_requires_action"), returnUrl));
    }

    /**
     * How a payment is confirmed.
     *
     * @param offSession the customer is not there
     * @param noAction better fail than ask for 3-D Secure
     * @param returnUrl where the customer comes back to; may be empty
     */
    private record Terms(boolean offSession, boolean noAction, String returnUrl) {}

    /** Confirms it with a card that a customer typed on the hosted page. */
    public static Answer confirmTyped(Change change, String id, ObjectNode method, String returnUrl) {
        ObjectNode intent = open(change, id);
        intent.put("payment_method", Json.text(method, "id"));
        return pay(change, intent, method, new Terms(false, false, returnUrl));
    }

    private static Answer pay(Change change, ObjectNode intent, ObjectNode method, Terms terms) {
        String methodId = Json.text(method, "id");
        intent.putNull("last_payment_error").putNull("next_action");
        if (Saved.asksOnPayment(change.tx(), methodId, terms.offSession())) {
            if (terms.offSession() || terms.noAction()) {
                return refuse(change, intent, method, Decline.AUTHENTICATION_REQUIRED);
            }
            intent.put("status", "requires_action");
            intent.set("next_action", NextAction.of(change, intent, terms.returnUrl()));
            change.put(intent);
            change.emit("payment_intent.requires_action", intent);
            return Answer.ok(intent);
        }
        return take(change, intent, method);
    }

    private static Answer take(Change change, ObjectNode intent, ObjectNode method) {
        Optional<Decline> why = Saved.refusal(change.tx(), Json.text(method, "id"));
        if (why.isPresent()) {
            return refuse(change, intent, method, why.get());
        }
        ObjectNode charge = Charges.succeed(change, intent, method);
        intent.put("latest_charge", Json.text(charge, "id")).putNull("next_action");
        boolean manual = Json.text(intent, "capture_method").equals("manual");
        if (manual) {
            intent.put("status", "requires_capture").put("amount_capturable", Json.number(intent, "amount"));
        } else {
            intent.put("status", "succeeded").put("amount_received", Json.number(intent, "amount"));
        }
        change.put(intent);
        keepMethod(change, intent, method);
        change.emit(manual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", intent);
        Charges.afterwards(change, charge);
        return Answer.ok(intent);
    }

    private static void keepMethod(Change change, ObjectNode intent, ObjectNode method) {
        String customer = Json.text(intent, "customer");
        String usage = Json.text(intent, "setup_future_usage");
        if (!customer.isEmpty() && !usage.isEmpty()) {
            if (usage.equals("off_session")) {
                Saved.setUp(change.tx(), Json.text(method, "id"));
            }
            PaymentMethods.attach(change, method, customer);
        } else if (Json.text(method, "customer").isEmpty()) {
            Saved.spend(change.tx(), Json.text(method, "id"));
        }
    }

    private static Answer refuse(Change change, ObjectNode intent, ObjectNode method, Decline why) {
        ObjectNode charge = Charges.fail(change, intent, method, why);
        ObjectNode error = Declined.error(why, method);
        error.put("charge", Json.text(charge, "id"));
        intent.put("latest_charge", Json.text(charge, "id"));
        ObjectNode failed = fail(change, intent, error);
        ObjectNode told = error.deepCopy();
        told.set("payment_intent", failed.deepCopy());
        return new Answer(402, Json.of("error", told));
    }

    private static ObjectNode fail(Change change, ObjectNode intent, ObjectNode error) {
        intent.put("status", "requires_payment_method")
                .putNull("payment_method")
                .putNull("next_action");
        intent.set("last_payment_error", error.deepCopy());
        change.put(intent);
        change.emit("payment_intent.payment_failed", intent);
        return intent;
    }

    /** The customer passed 3-D Secure, or did not. */
    public static ObjectNode authenticated(Change change, String id, boolean passed) {
        ObjectNode intent = change.get(KIND, id, null);
        if (!Json.text(intent, "status").equals("requires_action")) {
            return intent;
        }
        ObjectNode method = change.get("payment_method", Json.text(intent, "payment_method"), null);
        if (!passed) {
            return fail(change, intent, Declined.authenticationFailed(KIND, method));
        }
        take(change, intent, method);
        return change.get(KIND, id, null);
    }
}
