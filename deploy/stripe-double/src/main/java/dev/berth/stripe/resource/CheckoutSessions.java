package dev.berth.stripe.resource;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Checkout sessions of mode setup: a hosted page on which a customer saves a card. Source: Stripe's API reference, "Checkout Sessions". */
public final class CheckoutSessions {
    private static final String KIND = "checkout.session";
    private static final Duration LEAST_LIFE = Duration.ofMinutes(30).minusSeconds(5);
    private static final Duration LIFE = Duration.ofHours(24);

    private CheckoutSessions() {}

    static Answer create(Change change, Params params) {
        params.only(
                "cancel_url",
                "client_reference_id",
                "currency",
                "customer",
                "customer_creation",
                "customer_email",
                "expires_at",
                "locale",
                "metadata",
                "mode",
                "payment_method_types",
                "setup_intent_data",
                "success_url",
                "ui_mode",
                "billing_address_collection");
        String mode = params.need("mode");
        if (!mode.equals("setup")) {
            throw StripeError.invalid(null, "The double knows Checkout Sessions of mode setup only.", "mode");
        }
        if (params.text("currency").isEmpty() && !params.has("payment_method_types")) {
            throw StripeError.invalid(
                    "parameter_missing",
                    "Missing required param: currency. It is needed in setup mode without payment_method_types.",
                    "currency");
        }
        params.integer("expires_at").ifPresent(at -> checkExpiry(change, at));
        String success = params.need("success_url");
        Params data = params.nested("setup_intent_data").only("description", "metadata", "on_behalf_of");
        StringBuilder wanted = new StringBuilder("usage=off_session");
        params.text("customer")
                .ifPresent(customer -> wanted.append("&customer=").append(customer));
        wanted.append("&payment_method_types[]=card");
        ObjectNode intent =
                SetupIntents.create(change, Params.parse(wanted.toString())).body();
        data.copyMetadata(intent);
        data.copyText("description", intent);
        change.put(intent);
        ObjectNode session = make(change, params, success, Json.text(intent, "id"));
        params.copyMetadata(session);
        return Answer.ok(change.put(session));
    }

    private static void checkExpiry(Change change, long at) {
        if (at < change.now() + LEAST_LIFE.toSeconds() || at > change.now() + LIFE.toSeconds()) {
            throw StripeError.invalid(
                    null,
                    at < change.now() + LEAST_LIFE.toSeconds()
                            ? "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
                            : "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                    "expires_at");
        }
    }

    private static ObjectNode make(Change change, Params params, String success, String intent) {
        String id = "cs_test_" + Ids.random(58);
        ObjectNode session = Template.of(change, KIND, id);
        for (String field :
                List.of("cancel_url", "client_reference_id", "currency", "customer", "customer_email", "locale")) {
            params.copyText(field, session);
        }
        return session.put(
                        "expires_at",
                        params.integer("expires_at")
                                .orElse(change.time().plus(LIFE).getEpochSecond()))
                .put("setup_intent", intent)
                .put("success_url", success)
                .put("url", "%s/c/pay/%s".formatted(change.hostedBase(), id));
    }

    /** The session as it is at this time: one whose time is over is expired. */
    public static ObjectNode current(Change change, String id) {
        ObjectNode session = change.get(KIND, id, null);
        if (Json.text(session, "status").equals("open") && Json.number(session, "expires_at") <= change.now()) {
            return expire(change, session);
        }
        return session;
    }

    private static ObjectNode expire(Change change, ObjectNode session) {
        session.put("status", "expired").putNull("url");
        change.put(session);
        change.emit("checkout.session.expired", session);
        return session;
    }

    /** Its card was saved. */
    public static void complete(Change change, String setupIntent) {
        for (ObjectNode known : change.tx().newestFirst(KIND)) {
            if (Json.text(known, "setup_intent").equals(setupIntent)
                    && Json.text(known, "status").equals("open")) {
                ObjectNode session = known.deepCopy();
                session.put("status", "complete").putNull("url");
                change.put(session);
                change.emit("checkout.session.completed", session);
            }
        }
    }

    /** Where the customer goes after success. */
    public static String successUrl(ObjectNode session) {
        return Json.text(session, "success_url").replace("{CHECKOUT_SESSION_ID}", Json.text(session, "id"));
    }

    static Answer expire(Change change, String id) {
        ObjectNode session = current(change, id);
        if (!Json.text(session, "status").equals("open")) {
            throw StripeError.invalid(
                    null,
                    "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of %s."
                            .formatted(Json.text(session, "status")),
                    null);
        }
        return Answer.ok(expire(change, session));
    }

    static Answer update(Change change, Params params, String id) {
        params.only("metadata");
        ObjectNode session = current(change, id);
        params.copyMetadata(session);
        return Answer.ok(change.put(session));
    }

    static Answer list(Change change, Params params) {
        params.only("created", "customer", "ending_before", "limit", "payment_intent", "starting_after", "status");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/checkout/sessions",
                params,
                Filters.equal(params, "customer").and(Filters.equal(params, "status"))));
    }
}
