package dev.berth.stripe.resource;

import dev.berth.stripe.card.CardNumber;
import dev.berth.stripe.card.Decline;
import dev.berth.stripe.card.TestCard;
import dev.berth.stripe.state.Ids;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.Answer;
import dev.berth.stripe.wire.Paging;
import dev.berth.stripe.wire.Params;
import dev.berth.stripe.wire.StripeError;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Cards as payment methods. Source: Stripe's API reference, "PaymentMethods". */
public final class PaymentMethods {
    private static final String KIND = "payment_method";

    private PaymentMethods() {}

    /** Makes one of what a customer typed. */
    public static ObjectNode ofTyped(Change change, String digits, long month, long year, String cvc, String name) {
        TestCard card =
                typed(digits, month, year, cvc, YearMonth.from(change.time().atZone(ZoneOffset.UTC)));
        ObjectNode method = make(change, card, month, year);
        Json.child(method, "billing_details").put("name", name.isEmpty() ? null : name);
        return change.put(method);
    }

    private static TestCard typed(String digits, long month, long year, String cvc, YearMonth now) {
        if (!CardNumber.valid(digits)) {
            throw StripeError.cardData("incorrect_number", "Your card number is incorrect.", "number");
        }
        if (month < 1 || month > 12) {
            throw StripeError.cardData("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month");
        }
        if (year < 2000
                || year > now.getYear() + 50
                || YearMonth.of((int) year, (int) month).isBefore(now)) {
            throw StripeError.cardData("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year");
        }
        if (!cvc.isEmpty() && !cvc.matches("\\d{3,4}")) {
            throw StripeError.cardData("invalid_cvc", "Your card's security code is invalid.", "cvc");
        }
        return TestCard.ofNumber(digits)
                .orElseThrow(() ->
                        StripeError.cardData(Decline.NO_TEST_CARD.code(), Decline.NO_TEST_CARD.message(), "number"));
    }

    static Answer create(Change change, Params params) {
        params.only("allow_redisplay", "billing_details", "card", "customer", "metadata", "payment_method", "type");
        String type = params.need("type");
        if (!type.equals("card")) {
            throw StripeError.invalid(null, "The double knows payment methods of type card only.", "type");
        }
        Params card = params.nested("card").only("cvc", "exp_month", "exp_year", "number", "token", "networks");
        ObjectNode method;
        if (card.text("token").isPresent()) {
            String token = card.need("token");
            method = make(
                    change,
                    TestCard.ofToken(token).orElseThrow(() -> StripeError.missing("token", token, "card[token]")),
                    12,
                    expiryYear(change));
        } else {
            long month = integer(card, "exp_month");
            long year = integer(card, "exp_year");
            method = ofTyped(
                    change, card.need("number"), month, year, card.text("cvc").orElse(""), "");
        }
        return Answer.ok(change.put(apply(method, params)));
    }

    private static long integer(Params params, String name) {
        params.need(name);
        return params.integer(name).orElse(0);
    }

    private static ObjectNode apply(ObjectNode method, Params params) {
        Params billing = params.nested("billing_details").only("address", "email", "name", "phone", "tax_id");
        ObjectNode details = Json.child(method, "billing_details");
        for (String field : new String[] {"email", "name", "phone", "tax_id"}) {
            billing.copyText(field, details);
        }
        billing.copyObject("address", details, Customers.ADDRESS);
        params.word("allow_redisplay", "always", "limited", "unspecified")
                .ifPresent(word -> method.put("allow_redisplay", word));
        params.copyMetadata(method);
        return method;
    }

    private static long expiryYear(Change change) {
        return YearMonth.from(change.time().atZone(ZoneOffset.UTC)).getYear() + 2L;
    }

    private static ObjectNode make(Change change, TestCard card, long month, long year) {
        ObjectNode method = Template.of(change, KIND, Ids.next("pm"));
        ObjectNode details = Json.child(method, "card");
        details.put("brand", card.brand())
                .put("country", card.country())
                .put("display_brand", card.brand())
                .put("exp_month", month)
                .put("exp_year", year)
                .put("fingerprint", fingerprint(card))
                .put("funding", card.funding())
                .put("last4", card.last4());
        details.set("networks", Json.of("available", List.of(card.brand()), "preferred", null));
        Json.child(details, "checks").put("cvc_check", card.onSetUp() == Decline.INCORRECT_CVC ? "fail" : "pass");
        Saved.begin(change.tx(), Json.text(method, "id"), card);
        return method;
    }

    /** The same for the same card, as Stripe's is. */
    private static String fingerprint(TestCard card) {
        return UUID.nameUUIDFromBytes(card.number().getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .toString()
                .replace("-", "")
                .substring(0, 16);
    }

    /** The payment method of an id, or a new one of a name such as {@code pm_card_visa}. */
    static ObjectNode resolve(Change change, String id, @Nullable String param) {
        Optional<TestCard> card = TestCard.ofToken(id);
        return card.isPresent()
                ? change.put(make(change, card.get(), 12, expiryYear(change)))
                : change.get(KIND, id, param == null ? null : param);
    }

    static Answer retrieve(Change change, String id) {
        return Answer.ok(resolve(change, id, null));
    }

    static Answer update(Change change, Params params, String id) {
        params.only("allow_redisplay", "billing_details", "card", "metadata");
        ObjectNode before = change.get(KIND, id, null);
        ObjectNode method = apply(before.deepCopy(), params);
        Params card = params.nested("card").only("exp_month", "exp_year", "networks");
        card.integer("exp_month").ifPresent(month -> Json.child(method, "card").put("exp_month", month));
        card.integer("exp_year").ifPresent(year -> Json.child(method, "card").put("exp_year", year));
        return Answer.ok(change.update("payment_method.updated", before, method));
    }

    static Answer attach(Change change, Params params, String id) {
        params.only("customer");
        String customer = params.need("customer");
        Customers.known(change, customer, "customer");
        ObjectNode method = resolve(change, id, null);
        Optional<Decline> why = Saved.refusalOfSetUp(change.tx(), Json.text(method, "id"));
        if (why.isPresent()) {
            ObjectNode error = Declined.error(why.get(), null);
            return new Answer(402, Json.of("error", error));
        }
        return Answer.ok(attach(change, method, customer));
    }

    /** Attaches it; one that is attached to that customer already stays as it is. */
    static ObjectNode attach(Change change, ObjectNode method, String customer) {
        String owner = Json.text(method, "customer");
        if (owner.equals(customer)) {
            return method;
        }
        if (!owner.isEmpty() || Saved.spent(change.tx(), Json.text(method, "id"))) {
            throw StripeError.invalid(
                    "payment_method_unexpected_state",
                    owner.isEmpty()
                            ? "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again."
                            : "The payment method you provided has already been attached to a customer.",
                    null);
        }
        method.put("customer", customer);
        change.put(method);
        change.emit("payment_method.attached", method);
        return method;
    }

    static Answer detach(Change change, String id) {
        ObjectNode before = change.get(KIND, id, null);
        String customer = Json.text(before, "customer");
        if (customer.isEmpty()) {
            throw StripeError.invalid(
                    "payment_method_unexpected_state",
                    "The payment method you provided is not attached to a customer so detachment is impossible.",
                    null);
        }
        ObjectNode method = before.deepCopy();
        method.putNull("customer");
        Saved.spend(change.tx(), id);
        change.update("payment_method.detached", before, method);
        change.tx().find("customer", customer).ifPresent(owner -> {
            ObjectNode settings = Json.child(owner, "invoice_settings");
            if (Json.text(settings, "default_payment_method").equals(id)) {
                ObjectNode former = owner.deepCopy();
                settings.putNull("default_payment_method");
                change.update("customer.updated", former, owner);
            }
        });
        return Answer.ok(method);
    }

    static Answer list(Change change, Params params) {
        params.only("allow_redisplay", "created", "customer", "ending_before", "limit", "starting_after", "type");
        String customer = params.text("customer").orElse("");
        if (!customer.isEmpty()) {
            Customers.known(change, customer, "customer");
        }
        return Answer.ok(page(change, params, "/v1/payment_methods", customer));
    }

    static Answer ofCustomer(Change change, Params params, String customer) {
        params.only("allow_redisplay", "ending_before", "limit", "starting_after", "type");
        Customers.known(change, customer, null);
        return Answer.ok(page(change, params, "/v1/customers/%s/payment_methods".formatted(customer), customer));
    }

    private static ObjectNode page(Change change, Params params, String url, String customer) {
        String type = params.text("type").orElse("card");
        return Paging.page(
                change.tx(),
                KIND,
                url,
                params,
                method -> !customer.isEmpty()
                        && Json.text(method, "customer").equals(customer)
                        && Json.text(method, "type").equals(type));
    }

    static Answer oneOfCustomer(Change change, String customer, String id) {
        ObjectNode method = change.get(KIND, id, null);
        if (!Json.text(method, "customer").equals(customer)) {
            throw StripeError.missing(KIND, id, null);
        }
        return Answer.ok(method);
    }
}
