package dev.berth.stripe.resource;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** SetupIntents: a card is saved for later payments. Source: Stripe's API reference, "SetupIntents". */
public final class SetupIntents {
    private static final String KIND = "setup_intent";
    private static final List<String> OPEN =
            List.of("requires_payment_method", "requires_confirmation", "requires_action");

    private SetupIntents() {}

    static Answer create(Change change, Params params) {
        params.only(
                "allowed_payment_method_types",
                "attach_to_self",
                "automatic_payment_methods",
                "confirm",
                "customer",
                "customer_account",
                "description",
                "flow_directions",
                "mandate_data",
                "metadata",
                "on_behalf_of",
                "payment_method",
                "payment_method_configuration",
                "payment_method_options",
                "payment_method_types",
                "return_url",
                "single_use",
                "usage",
                "use_stripe_sdk");
        ObjectNode intent = empty(change, params);
        apply(change, intent, params);
        change.put(intent);
        change.emit("setup_intent.created", intent);
        if (params.isTrue("confirm")) {
            return confirm(change, intent, params);
        }
        return Answer.ok(intent);
    }

    private static ObjectNode empty(Change change, Params params) {
        String id = Ids.next("seti");
        ObjectNode intent = Template.of(change, KIND, id);
        if (params.has("payment_method_types")) {
            intent.putNull("automatic_payment_methods");
            intent.set("payment_method_types", Json.list(params.texts("payment_method_types")));
        }
        return intent.put("client_secret", "%s_secret_%s".formatted(id, Ids.random(24)));
    }

    private static void apply(Change change, ObjectNode intent, Params params) {
        params.text("customer").ifPresent(customer -> {
            Customers.known(change, customer, "customer");
            intent.put("customer", customer);
        });
        params.copyText("description", intent);
        if (params.has("allowed_payment_method_types")) {
            intent.set("allowed_payment_method_types", Json.list(params.texts("allowed_payment_method_types")));
        }
        params.word("usage", "off_session", "on_session").ifPresent(usage -> intent.put("usage", usage));
        params.copyMetadata(intent);
        params.text("payment_method").ifPresent(id -> {
            ObjectNode method = PaymentMethods.resolve(change, id, "payment_method");
            checkOwner(intent, method);
            intent.put("payment_method", Json.text(method, "id"));
            intent.put("status", "requires_confirmation");
        });
    }

    private static void checkOwner(ObjectNode intent, ObjectNode method) {
        String owner = Json.text(method, "customer");
        if (!owner.isEmpty() && !owner.equals(Json.text(intent, "customer"))) {
            throw StripeError.invalid(
                    "payment_method_unexpected_state",
                    "The payment method you provided has already been attached to a customer.",
                    "payment_method");
        }
    }

    static Answer update(Change change, Params params, String id) {
        params.only(
                "allowed_payment_method_types",
                "attach_to_self",
                "customer",
                "description",
                "flow_directions",
                "metadata",
                "payment_method",
                "payment_method_configuration",
                "payment_method_options",
                "payment_method_types");
        ObjectNode intent = open(change, id, "update");
        apply(change, intent, params);
        return Answer.ok(change.put(intent));
    }

    private static ObjectNode open(Change change, String id, String verb) {
        ObjectNode intent = change.get(KIND, id, null);
        String status = Json.text(intent, "status");
        if (!OPEN.contains(status)) {
            throw StripeError.invalid(
                    "setup_intent_unexpected_state",
                    "You cannot %s this SetupIntent because it has already %s."
                            .formatted(verb, status.equals("canceled") ? "been canceled" : "succeeded"),
                    null);
        }
        return intent;
    }

    static Answer confirm(Change change, Params params, String id) {
        params.only(
                "client_secret",
                "mandate_data",
                "payment_method",
                "payment_method_options",
                "return_url",
                "use_stripe_sdk");
        ObjectNode intent = open(change, id, "confirm");
        apply(change, intent, params);
        return confirm(change, intent, params);
    }

    private static Answer confirm(Change change, ObjectNode intent, Params params) {
        if (Json.text(intent, "payment_method").isEmpty()) {
            throw StripeError.invalid(
                    "setup_intent_unexpected_state",
                    "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
                    null);
        }
        ObjectNode method = change.get("payment_method", Json.text(intent, "payment_method"), "payment_method");
        return confirmWith(change, intent, method, params.text("return_url").orElse(""));
    }

    /** Confirms it with a card that a customer typed on the hosted page. */
    public static Answer confirmTyped(Change change, String id, ObjectNode method, String returnUrl) {
        ObjectNode intent = open(change, id, "confirm");
        intent.put("payment_method", Json.text(method, "id"));
        return confirmWith(change, intent, method, returnUrl);
    }

    private static Answer confirmWith(Change change, ObjectNode intent, ObjectNode method, String returnUrl) {
        String methodId = Json.text(method, "id");
        checkOwner(intent, method);
        if (Saved.spent(change.tx(), methodId)) {
            throw StripeError.invalid(
                    "payment_method_unexpected_state",
                    "The provided PaymentMethod was previously used without being attached to a Customer or was detached from a Customer. It may not be used again.",
                    "payment_method");
        }
        intent.putNull("last_setup_error");
        Optional<Decline> why = Saved.refusalOfSetUp(change.tx(), methodId);
        if (why.isPresent()) {
            return refuse(change, intent, method, Declined.error(why.get(), method));
        }
        if (Saved.asksOnSetUp(change.tx(), methodId)) {
            intent.put("status", "requires_action");
            intent.set("next_action", NextAction.of(change, intent, returnUrl));
            attempt(change, intent, method, "requires_action", null);
            change.put(intent);
            change.emit("setup_intent.requires_action", intent);
            return Answer.ok(intent);
        }
        return Answer.ok(succeed(change, intent, method));
    }

    private static ObjectNode succeed(Change change, ObjectNode intent, ObjectNode method) {
        String customer = Json.text(intent, "customer");
        Saved.setUp(change.tx(), Json.text(method, "id"));
        intent.put("status", "succeeded").putNull("next_action");
        attempt(change, intent, method, "succeeded", null);
        change.put(intent);
        if (!customer.isEmpty()) {
            PaymentMethods.attach(change, method, customer);
        }
        change.emit("setup_intent.succeeded", intent);
        CheckoutSessions.complete(change, Json.text(intent, "id"));
        return intent;
    }

    private static Answer refuse(Change change, ObjectNode intent, ObjectNode method, ObjectNode error) {
        attempt(change, intent, method, "failed", error);
        intent.put("status", "requires_payment_method").putNull("next_action").putNull("payment_method");
        intent.set("last_setup_error", error);
        change.put(intent);
        change.emit("setup_intent.setup_failed", intent);
        ObjectNode told = error.deepCopy();
        told.set("setup_intent", intent.deepCopy());
        return new Answer(402, Json.of("error", told));
    }

    /** The customer passed 3-D Secure, or did not. */
    public static ObjectNode authenticated(Change change, String id, boolean passed) {
        ObjectNode intent = change.get(KIND, id, null);
        if (!Json.text(intent, "status").equals("requires_action")) {
            return intent;
        }
        ObjectNode method = change.get("payment_method", Json.text(intent, "payment_method"), null);
        if (passed) {
            return succeed(change, intent, method);
        }
        refuse(change, intent, method, Declined.authenticationFailed(KIND, method));
        return intent;
    }

    private static void attempt(
            Change change, ObjectNode intent, ObjectNode method, String status, @Nullable ObjectNode error) {
        String former = Json.text(intent, "latest_attempt");
        Optional<ObjectNode> running = change.tx()
                .find("setup_attempt", former)
                .filter(attempt -> Json.text(attempt, "status").equals("requires_action"));
        ObjectNode attempt = running.orElseGet(() -> begin(change, intent, method));
        attempt.put("status", status);
        attempt.set("setup_error", error);
        change.put(attempt);
        intent.put("latest_attempt", Json.text(attempt, "id"));
    }

    private static ObjectNode begin(Change change, ObjectNode intent, ObjectNode method) {
        ObjectNode attempt = Template.of(change, "setup_attempt", Ids.next("setatt"));
        attempt.set("customer", intent.path("customer"));
        attempt.set("usage", intent.path("usage"));
        attempt.put("payment_method", Json.text(method, "id")).put("setup_intent", Json.text(intent, "id"));
        Json.child(attempt, "payment_method_details").set("card", cardDetails(method));
        return attempt;
    }

    private static ObjectNode cardDetails(ObjectNode method) {
        ObjectNode card = Json.child(method.deepCopy(), "card");
        ObjectNode details = Json.of();
        for (String field : List.of(
                "brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")) {
            details.set(field, card.path(field));
        }
        return details.put("network", Json.text(card, "brand")).putNull("three_d_secure");
    }

    static Answer cancel(Change change, Params params, String id) {
        params.only("cancellation_reason");
        ObjectNode intent = open(change, id, "cancel");
        intent.put("status", "canceled").putNull("next_action");
        params.word("cancellation_reason", "abandoned", "duplicate", "requested_by_customer")
                .ifPresent(reason -> intent.put("cancellation_reason", reason));
        change.put(intent);
        change.emit("setup_intent.canceled", intent);
        return Answer.ok(intent);
    }

    static Answer list(Change change, Params params) {
        params.only(
                "attach_to_self", "created", "customer", "ending_before", "limit", "payment_method", "starting_after");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/setup_intents",
                params,
                Filters.equal(params, "customer").and(Filters.equal(params, "payment_method"))));
    }
}
