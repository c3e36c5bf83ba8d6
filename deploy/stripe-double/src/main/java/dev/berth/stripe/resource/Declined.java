package dev.berth.stripe.resource;

import dev.berth.stripe.card.Decline;
import dev.berth.stripe.state.Json;
import dev.berth.stripe.wire.StripeError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The error objects of cards that were refused. */
final class Declined {
    private Declined() {}

    /** A refusal by the issuer, as a card_error. */
    static ObjectNode error(Decline why, @Nullable ObjectNode method) {
        ObjectNode error = Json.of();
        if (why.advice() != null) {
            error.put("advice_code", why.advice());
        }
        error.put("code", why.code());
        error.put("decline_code", why.declineCode());
        error.put("doc_url", StripeError.docUrl(why.code())).put("message", why.message());
        if (method != null) {
            error.set("payment_method", method.deepCopy());
        }
        return error.put("type", "card_error");
    }

    /** 3-D Secure that was not passed. */
    static ObjectNode authenticationFailed(String kind, ObjectNode method) {
        String code = kind + "_authentication_failure";
        return Json.of(
                "code",
                code,
                "doc_url",
                StripeError.docUrl(code),
                "message",
                kind.equals("payment_intent")
                        ? "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again."
                        : "The latest attempt to set up the payment method has failed because authentication failed.",
                "payment_method",
                method.deepCopy(),
                "type",
                "invalid_request_error");
    }
}
