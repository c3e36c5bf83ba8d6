package dev.berth.gateway.edge;

import java.util.Locale;

/** The catalogue: every refusal of the gateway, with its status, its title and what to do. Codes are stable. */
public enum ErrorCode {
    MALFORMED_JSON(400, "The body is not valid JSON", "Mend the body at the line and column named and send it again."),
    BAD_REQUEST(400, "The request cannot be read", "Compare the request with the API's description."),
    UNAUTHENTICATED(401, "Nobody is signed in", "Send 'Authorization: Bearer berth_sk_…', or sign in."),
    WRONG_CREDENTIALS(401, "E-mail or password is wrong", "Check both and try again."),
    SECOND_FACTOR_REQUIRED(
            401,
            "A code is asked for beside the password",
            "Send the code that your authenticator shows, or one for recovery, as code."),
    WRONG_SECOND_FACTOR(401, "The code is wrong", "Send the code that your authenticator shows now; each counts once."),
    SIGN_IN_AGAIN(
            401,
            "A recent sign-in at the provider is asked for",
            "Sign in there again from the page Account, and do it within five minutes; or set a password by "
                    + "'Forgot your password?'."),
    PROVIDER_REFUSED(
            401, "The sign-in at the provider did not work", "Begin again from the sign-in page, in the same browser."),
    ACCOUNT_SUSPENDED(402, "The account is suspended", "Pay what is overdue, or ask the operator."),
    SPEND_CAP_REACHED(402, "The spend cap is reached", "Raise the spend cap, or wait for the next period."),
    FORBIDDEN(403, "This caller may not do that", "Use a key or a role with the scope named."),
    OPERATOR_ONLY(403, "Only the operator may do that", "Send the operator's key."),
    OPERATOR_ROLE(403, "The operator's key may not do that", "Send a key with the role named."),
    PASSWORDS_OFF(403, "Passwords are not used here", "Sign in by the provider that GET /v1/session/providers names."),
    LOGIN_UNKNOWN(
            403,
            "This login belongs to nobody here",
            "Sign in with your password, then link the login on the page Security."),
    NO_ACCOUNT(403, "The operator has no account of its own", "Use a customer's key."),
    NO_MEMBERSHIP(403, "This person is in no account", "Ask an owner of an account for an invitation."),
    UNVERIFIED(
            403,
            "The e-mail address is not proven yet",
            "Open the link in the mail that was sent to it, or have another one sent."),
    ACCOUNT_CLOSED(
            403,
            "The account is closed or about to be",
            "Until it is closed for good an owner brings it back with POST /v1/account/reopen."),
    CSRF(403, "The form is not from this session", "Reload the page and send the form again."),
    QUOTA_EXCEEDED(403, "The quota does not allow it", "Stop or shrink something, or ask for a larger plan."),
    NOT_FOUND(404, "There is no such thing here", "Check the path and the id."),
    METHOD_NOT_ALLOWED(405, "The route has no such method", "Use one of the methods in Allow."),
    NOT_ACCEPTABLE(406, "The answer has no such form", "Send 'Accept: application/json'."),
    CONFLICT(409, "It does not fit what is there", "Read the object again and decide anew."),
    NAME_TAKEN(409, "The name is taken", "Choose another name, or change the workload that has it."),
    EMAIL_TAKEN(409, "The e-mail address has an account", "Sign in, or sign up with another address."),
    IDEMPOTENCY_MISMATCH(409, "The idempotency key was used for another request", "Send a new key with a new request."),
    IN_PROGRESS(409, "The same request is still under way", "Try again in a few seconds with the same key."),
    STALE(412, "The object has changed", "Read it again and send If-Match with its new etag."),
    TOO_LARGE(413, "The body is too large", "Send less."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has the wrong form", "Send 'Content-Type: application/json'."),
    INVALID(422, "Something in the request is not allowed", "Mend the fields named and send the request again."),
    UNKNOWN_FIELD(422, "A field is not known", "Remove the field, or use the one it was meant to be."),
    NOT_OFFERED_YET(422, "This field is not offered yet", "Leave the field out."),
    RATE_LIMITED(429, "Too many requests", "Wait as long as Retry-After says."),
    BUSY(429, "Too much at once", "Wait as long as Retry-After says."),
    INTERNAL(500, "Something broke on our side", "Try again; if it stays, tell the operator the request_id."),
    RESULT_UNKNOWN(
            503,
            "Whether it was done is not known",
            "Read it again before you decide. The same request with the same Idempotency-Key may be sent again: "
                    + "what was done is not done twice."),
    PROVIDER_UNAVAILABLE(
            503,
            "The sign-in provider does not answer",
            "Try again in a minute. Where passwords are allowed, they still work."),
    UPSTREAM_UNAVAILABLE(503, "A part of Berth does not answer", "Try again as Retry-After says; nothing was changed."),
    UNAVAILABLE(503, "Berth cannot reach its database", "Try again as Retry-After says; nothing was changed.");

    private final int status;
    private final String title;
    private final String hint;

    ErrorCode(int status, String title, String hint) {
        this.status = status;
        this.title = title;
        this.hint = hint;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What it is, in a few words. */
    public String title() {
        return title;
    }

    /** What to do. */
    public String hint() {
        return hint;
    }

    /** The stable code in answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
