package dev.berth.stripe.resource;

import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Customers. Source: Stripe's API reference, "Customers". */
public final class Customers {
    static final String[] ADDRESS = {"city", "country", "line1", "line2", "postal_code", "state"};
    private static final String KIND = "customer";

    private Customers() {}

    static Answer create(Change change, Params params) {
        ObjectNode customer = Template.of(change, KIND, "cus_" + Ids.random(14));
        customer.put("invoice_prefix", Ids.random(8).toUpperCase(Locale.ROOT));
        params.only(
                "address",
                "balance",
                "business_name",
                "description",
                "email",
                "individual_name",
                "invoice_prefix",
                "invoice_settings",
                "metadata",
                "name",
                "next_invoice_sequence",
                "payment_method",
                "phone",
                "preferred_locales",
                "shipping",
                "source",
                "tax",
                "tax_exempt",
                "tax_id_data",
                "test_clock");
        apply(change, customer, params);
        change.put(customer);
        change.emit("customer.created", customer);
        if (params.text("payment_method").isPresent()) {
            PaymentMethods.attach(
                    change,
                    PaymentMethods.resolve(change, params.need("payment_method"), "payment_method"),
                    Json.text(customer, "id"));
        }
        return Answer.ok(customer);
    }

    static Answer update(Change change, Params params, String id) {
        ObjectNode before = known(change, id, null);
        ObjectNode customer = before.deepCopy();
        params.only(
                "address",
                "balance",
                "business_name",
                "default_source",
                "description",
                "email",
                "individual_name",
                "invoice_prefix",
                "invoice_settings",
                "metadata",
                "name",
                "next_invoice_sequence",
                "phone",
                "preferred_locales",
                "shipping",
                "source",
                "tax",
                "tax_exempt");
        apply(change, customer, params);
        return Answer.ok(change.update("customer.updated", before, customer));
    }

    private static void apply(Change change, ObjectNode customer, Params params) {
        for (String field :
                new String[] {"business_name", "description", "email", "individual_name", "name", "phone"}) {
            params.copyText(field, customer);
        }
        params.text("email").filter(email -> !email.contains("@")).ifPresent(email -> {
            throw StripeError.invalid("email_invalid", "Invalid email address: " + email, "email");
        });
        params.copyObject("address", customer, ADDRESS);
        params.word("tax_exempt", "none", "exempt", "reverse").ifPresent(word -> customer.put("tax_exempt", word));
        params.integer("balance").ifPresent(balance -> customer.put("balance", balance));
        params.text("invoice_prefix").ifPresent(prefix -> customer.put("invoice_prefix", prefix));
        if (params.has("preferred_locales")) {
            customer.set("preferred_locales", Json.list(params.texts("preferred_locales")));
        }
        if (params.has("shipping")) {
            customer.set("shipping", shipping(params.nested("shipping")));
        }
        Params invoices = params.nested("invoice_settings")
                .only("custom_fields", "default_payment_method", "footer", "rendering_options");
        ObjectNode settings = Json.child(customer, "invoice_settings");
        invoices.copyText("footer", settings);
        if (invoices.unset("default_payment_method")) {
            settings.putNull("default_payment_method");
        }
        invoices.text("default_payment_method").ifPresent(method -> {
            ObjectNode found = change.get("payment_method", method, "invoice_settings[default_payment_method]");
            if (!Json.text(found, "customer").equals(Json.text(customer, "id"))) {
                throw StripeError.invalid(
                        "resource_missing",
                        "The customer does not have a payment method with the ID %s. The payment method must be attached to the customer."
                                .formatted(method),
                        "invoice_settings[default_payment_method]");
            }
            settings.put("default_payment_method", method);
        });
        params.copyMetadata(customer);
    }

    static ObjectNode shipping(Params given) {
        ObjectNode shipping = Json.of("address", null, "name", null, "phone", null);
        given.only("address", "name", "phone", "carrier", "tracking_number");
        given.copyText("name", shipping);
        given.copyText("phone", shipping);
        given.copyObject("address", shipping, ADDRESS);
        return shipping;
    }

    /** A customer that exists and was not deleted. */
    static ObjectNode known(Change change, String id, @org.jspecify.annotations.Nullable String param) {
        ObjectNode customer = change.get(KIND, id, param);
        if (Json.flag(customer, "deleted")) {
            throw StripeError.missing(KIND, id, param);
        }
        return customer;
    }

    static Answer retrieve(Change change, String id) {
        return Answer.ok(change.get(KIND, id, null));
    }

    static Answer delete(Change change, String id) {
        ObjectNode customer = known(change, id, null);
        for (ObjectNode method : change.tx().newestFirst("payment_method")) {
            if (Json.text(method, "customer").equals(id)) {
                PaymentMethods.detach(change, Json.text(method, "id"));
            }
        }
        change.emit("customer.deleted", customer);
        return Answer.ok(change.put(Json.of("id", id, "object", KIND, "deleted", true)));
    }

    static Answer list(Change change, Params params) {
        params.only("created", "email", "ending_before", "limit", "starting_after", "test_clock");
        String email = params.text("email").orElse("");
        return Answer.ok(Paging.page(
                change.tx(),
                KIND,
                "/v1/customers",
                params,
                customer -> !Json.flag(customer, "deleted")
                        && (email.isEmpty() || Json.text(customer, "email").equals(email))));
    }
}
