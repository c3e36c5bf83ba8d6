package dev.berth.stripe.wire;

import dev.berth.stripe.state.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A request that is refused: nothing changes, and no idempotency key remembers it. Source: Stripe's API reference, "Errors". */
public final class StripeError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode error;

    private StripeError(int status, ObjectNode error) {
        super(Json.text(error, "message"));
        this.status = status;
        this.error = error;
    }

    private static StripeError of(
            int status, String type, @Nullable String code, String message, @Nullable String param) {
        ObjectNode error = Json.of();
        if (code != null) {
            error.put("code", code).put("doc_url", docUrl(code));
        }
        error.put("message", message);
        if (param != null) {
            error.put("param", param);
        }
        return new StripeError(status, error.put("type", type));
    }

    /** Where Stripe describes an error code. */
    public static String docUrl(String code) {
        return "https://stripe.com/docs/error-codes/" + code.replace('_', '-');
    }

    /** 400: the request does not fit. */
    public static StripeError invalid(@Nullable String code, String message, @Nullable String param) {
        return of(400, "invalid_request_error", code, message, param);
    }

    /** 404, or 400 when the id came as a parameter and not in the path. */
    public static StripeError missing(String what, String id, @Nullable String param) {
        return of(
                param == null ? 404 : 400,
                "invalid_request_error",
                "resource_missing",
                "No such %s: '%s'".formatted(what, id),
                param == null ? "id" : param);
    }

    /** 404: no such route. */
    public static StripeError noRoute(String method, String path) {
        return of(
                404,
                "invalid_request_error",
                null,
                "Unrecognized request URL (%s: %s). Please see https://stripe.com/docs or we can help at https://support.stripe.com/."
                        .formatted(method, path),
                null);
    }

    /** 401: no key, or a wrong one. */
    public static StripeError unauthorized(@Nullable String code, String message) {
        return of(401, "invalid_request_error", code, message, null);
    }

    /** 402 without any trace in the state: the card's data is wrong. */
    public static StripeError cardData(String code, String message, String param) {
        return of(402, "card_error", code, message, param);
    }

    /** 400: the idempotency key belongs to another request. */
    public static StripeError keyReused(String key) {
        return of(
                400,
                "idempotency_error",
                null,
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '%s' if you meant to execute a different request."
                        .formatted(key),
                null);
    }

    /** 409: a request with that key runs at this moment. */
    public static StripeError keyInUse(String key) {
        return of(
                409,
                "invalid_request_error",
                "idempotency_key_in_use",
                "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): %s. Please try again later."
                        .formatted(key),
                null);
    }

    /** What Stripe says with a status of its own: 409, 429, 5xx. */
    public static StripeError ofStatus(int status) {
        return switch (status) {
            case 409 ->
                of(
                        409,
                        "invalid_request_error",
                        "lock_timeout",
                        "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.",
                        null);
            case 429 ->
                of(
                        429,
                        "invalid_request_error",
                        "rate_limit",
                        "Too many requests hit the API too quickly. We recommend an exponential backoff of your requests.",
                        null);
            default ->
                of(
                        status,
                        "api_error",
                        null,
                        "An unknown error occurred. (The double was told to answer %d.)".formatted(status),
                        null);
        };
    }

    /** The same with an object beside it, as Stripe shows the intent that was in the way. */
    public StripeError with(String field, ObjectNode object) {
        ObjectNode more = error.deepCopy();
        more.set(field, object.deepCopy());
        return new StripeError(status, more);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The whole answer. */
    public ObjectNode body() {
        return Json.of("error", error.deepCopy());
    }
}
