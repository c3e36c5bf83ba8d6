package dev.berth.stripe.resource;

import dev.berth.stripe.card.Money;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** PaymentIntents: their making, change and end; {@link Payment} confirms them. Source: Stripe's API reference, "PaymentIntents". */
final class PaymentIntents {
    static final String KIND = "payment_intent";

    private PaymentIntents() {}

    static Answer create(Change change, Params params) {
        params.only(
                "allowed_payment_method_types",
                "amount",
                "amount_details",
                "application_fee_amount",
                "automatic_payment_methods",
                "capture_method",
                "confirm",
                "confirmation_method",
                "currency",
                "customer",
                "customer_account",
                "description",
                "error_on_requires_action",
                "excluded_payment_method_types",
                "mandate",
                "mandate_data",
                "metadata",
                "off_session",
                "on_behalf_of",
                "payment_details",
                "payment_method",
                "payment_method_configuration",
                "payment_method_options",
                "payment_method_types",
                "radar_options",
                "receipt_email",
                "return_url",
                "setup_future_usage",
                "shipping",
                "statement_descriptor",
                "statement_descriptor_suffix",
                "transfer_data",
                "transfer_group",
                "use_stripe_sdk");
        params.need("amount");
        ObjectNode intent = empty(change, params);
        apply(change, intent, params);
        boolean confirm = params.isTrue("confirm");
        if (!confirm) {
            for (String field : List.of("off_session", "error_on_requires_action", "return_url")) {
                if (params.has(field)) {
                    throw StripeError.invalid(
                            null,
                            "The parameter `%s` cannot be passed when creating a PaymentIntent unless `confirm` is set to true."
                                    .formatted(field),
                            field);
                }
            }
        }
        change.put(intent);
        change.emit("payment_intent.created", intent);
        return confirm ? Payment.confirm(change, intent, params) : Answer.ok(intent);
    }

    private static ObjectNode empty(Change change, Params params) {
        String id = Ids.next("pi");
        ObjectNode intent = Template.of(change, KIND, id);
        params.nested("automatic_payment_methods")
                .only("enabled", "allow_redirects")
                .word("allow_redirects", "always", "never")
                .ifPresent(
                        word -> Json.child(intent, "automatic_payment_methods").put("allow_redirects", word));
        if (params.has("payment_method_types")) {
            intent.putNull("automatic_payment_methods");
            intent.set("payment_method_types", Json.list(params.texts("payment_method_types")));
        }
        return intent.put("client_secret", "%s_secret_%s".formatted(id, Ids.random(25)))
                .put("currency", Money.currency(params.need("currency")));
    }

    static void apply(Change change, ObjectNode intent, Params params) {
        params.integer("amount").ifPresent(amount -> intent.put("amount", amount));
        params.text("currency").ifPresent(currency -> intent.put("currency", Money.currency(currency)));
        if (params.has("amount") || params.has("currency")) {
            Money.check(Json.number(intent, "amount"), Json.text(intent, "currency"));
        }
        for (String field : List.of("description", "receipt_email", "transfer_group")) {
            params.copyText(field, intent);
        }
        for (String field : List.of("statement_descriptor", "statement_descriptor_suffix")) {
            params.text(field).filter(text -> text.length() > 22).ifPresent(_ -> {
                throw StripeError.invalid(null, "The statement descriptor must be at most 22 characters.", field);
            });
            params.copyText(field, intent);
        }
        params.word("capture_method", "automatic", "automatic_async", "manual")
                .ifPresent(word -> intent.put("capture_method", word));
        params.word("confirmation_method", "automatic", "manual")
                .ifPresent(word -> intent.put("confirmation_method", word));
        params.word("setup_future_usage", "off_session", "on_session")
                .ifPresent(word -> intent.put("setup_future_usage", word));
        if (params.has("allowed_payment_method_types")) {
            intent.set("allowed_payment_method_types", Json.list(params.texts("allowed_payment_method_types")));
        }
        if (params.has("shipping")) {
            intent.set("shipping", Customers.shipping(params.nested("shipping")));
        }
        params.copyMetadata(intent);
        params.text("customer").ifPresent(customer -> {
            Customers.known(change, customer, "customer");
            intent.put("customer", customer);
        });
        params.text("payment_method").ifPresent(id -> {
            ObjectNode method = PaymentMethods.resolve(change, id, "payment_method");
            checkOwner(change, intent, method);
            intent.put("payment_method", Json.text(method, "id"));
            if (Json.text(intent, "status").equals("requires_payment_method")) {
                intent.put("status", "requires_confirmation");
            }
        });
    }

    private static void checkOwner(Change change, ObjectNode intent, ObjectNode method) {
        String owner = Json.text(method, "customer");
        String customer = Json.text(intent, "customer");
        String id = Json.text(method, "id");
        if (owner.isEmpty() && Saved.spent(change.tx(), id)) {
            throw StripeError.invalid(
                    "payment_method_unexpected_state",
                    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.",
                    "payment_method");
        }
        if (!owner.isEmpty() && customer.isEmpty()) {
            throw StripeError.invalid(
                    null,
                    "The PaymentMethod %s belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent."
                            .formatted(id),
                    "payment_method");
        }
        if (!owner.isEmpty() && !owner.equals(customer)) {
            throw StripeError.invalid(
                    null,
                    "The PaymentMethod %s does not belong to the Customer %s. Please use this PaymentMethod with the Customer that it belongs to instead."
                            .formatted(id, customer),
                    "payment_method");
        }
    }

    static Answer update(Change change, Params params, String id) {
        params.only(
                "allowed_payment_method_types",
                "amount",
                "amount_details",
                "application_fee_amount",
                "capture_method",
                "currency",
                "customer",
                "description",
                "metadata",
                "payment_details",
                "payment_method",
                "payment_method_configuration",
                "payment_method_options",
                "payment_method_types",
                "receipt_email",
                "setup_future_usage",
                "shipping",
                "statement_descriptor",
                "statement_descriptor_suffix",
                "transfer_data",
                "transfer_group");
        ObjectNode intent = change.get(KIND, id, null);
        String status = Json.text(intent, "status");
        boolean ended = status.equals("succeeded") || status.equals("canceled") || status.equals("requires_capture");
        if (ended && !List.of("description", "metadata", "receipt_email").containsAll(params.names())) {
            throw unexpected(
                    intent,
                    "This PaymentIntent's %s could not be updated because it has a status of %s."
                            .formatted(String.join(", ", params.names()), status));
        }
        apply(change, intent, params);
        return Answer.ok(change.put(intent));
    }

    /** Refuses what the state does not allow, and shows the intent as Stripe does. */
    static StripeError unexpected(ObjectNode intent, String message) {
        return StripeError.invalid("payment_intent_unexpected_state", message, null)
                .with(KIND, intent);
    }

    static Answer cancel(Change change, Params params, String id) {
        params.only("cancellation_reason");
        ObjectNode intent = change.get(KIND, id, null);
        String status = Json.text(intent, "status");
        if (status.equals("succeeded") || status.equals("canceled")) {
            throw unexpected(
                    intent,
                    "You cannot cancel this PaymentIntent because it has a status of %s. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing."
                            .formatted(status));
        }
        params.word("cancellation_reason", "abandoned", "duplicate", "fraudulent", "requested_by_customer")
                .ifPresent(reason -> intent.put("cancellation_reason", reason));
        intent.put("status", "canceled").put("canceled_at", change.now()).put("amount_capturable", 0);
        intent.putNull("next_action");
        change.put(intent);
        change.emit("payment_intent.canceled", intent);
        return Answer.ok(intent);
    }

    static Answer capture(Change change, Params params, String id) {
        params.only(
                "amount_to_capture",
                "final_capture",
                "metadata",
                "statement_descriptor",
                "statement_descriptor_suffix");
        ObjectNode intent = change.get(KIND, id, null);
        if (!Json.text(intent, "status").equals("requires_capture")) {
            throw unexpected(
                    intent,
                    "This PaymentIntent could not be captured because it has a status of %s. Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
                            .formatted(Json.text(intent, "status")));
        }
        long amount = params.integer("amount_to_capture").orElse(Json.number(intent, "amount"));
        if (amount < 1 || amount > Json.number(intent, "amount_capturable")) {
            throw StripeError.invalid(
                    "amount_too_large",
                    "The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge.",
                    "amount_to_capture");
        }
        ObjectNode charge = change.get("charge", Json.text(intent, "latest_charge"), null);
        Charges.capture(change, charge, amount);
        change.emit("charge.captured", charge);
        params.copyMetadata(intent);
        intent.put("amount_capturable", 0).put("amount_received", amount).put("status", "succeeded");
        change.put(intent);
        change.emit("payment_intent.succeeded", intent);
        return Answer.ok(intent);
    }

    static Answer list(Change change, Params params) {
        params.only("created", "customer", "customer_account", "ending_before", "limit", "starting_after");
        return Answer.ok(
                Paging.page(change.tx(), KIND, "/v1/payment_intents", params, Filters.equal(params, "customer")));
    }
}
