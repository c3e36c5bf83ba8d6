package dev.berth.billing.edge;

import java.util.Locale;

/** Every error this service answers with. The name in lower case is the stable {@code code}. */
public enum ErrorCode {
    UNAUTHENTICATED(401, "Not authenticated", "Call through the gateway, which signs an identity for 60 s."),
    OPERATOR_ONLY(403, "For the operator only", "Use the operator's key."),
    NOT_FOUND(404, "Not found", "Check the id; what belongs to another account is not shown."),
    ACCOUNT_REQUIRED(422, "No account named", "The operator names an account with ?account=acct_…."),
    INVALID(422, "Invalid", "Correct the fields named in errors and send it again."),
    UNREADABLE(400, "Not readable", "Send JSON as in the API's description."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "See the API's description for the methods of this route."),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type", "Send application/json."),
    TOO_LARGE(413, "Too large", "Send less at once."),
    UNSUPPORTED_CURRENCY(422, "Unsupported currency", "Choose one of the currencies that have a price book."),
    NO_PRICE_BOOK(409, "No price book", "The operator publishes a price book for this currency and month."),
    PRICE_BOOK_REFUSED(
            409,
            "The price book cannot be published",
            "A new version takes effect in the future, after every other one."),
    ACCOUNT_NOT_READY(503, "The account is not known here yet", "Try again in a second."),
    PERIOD_NOT_OVER(
            409, "The period is not over", "Nothing is known of the future: close as of now or an earlier time."),
    TAX_RATE_REFUSED(
            409, "The rate of tax cannot change so", "A rate that has begun stays; the next one begins later."),
    COUPON_UNKNOWN(404, "No such coupon", "Check the code; capitals and blanks do not matter."),
    COUPON_REFUSED(409, "The coupon cannot be redeemed", "Ask who gave it out for another one."),
    CREDIT_REFUSED(409, "The credit cannot change so", "Look at the grant again; it may be used up, over or void."),
    CREDIT_NOTE_REFUSED(409, "No such credit note can be made", "See what of the invoice is not taken back yet."),
    REFUND_REFUSED(
            409,
            "No such refund can be made",
            "Look at the invoice's payments and disputes; without refund, what the note takes back becomes credit."),
    ALREADY_PAID(409, "Already paid", "Nothing more is owed on this invoice."),
    NOT_PAYABLE(409, "Not payable", "Only a final invoice can be paid."),
    NOT_VOIDABLE(409, "Cannot be voided", "A paid invoice is corrected by a credit note."),
    PAYMENT_IN_PROGRESS(409, "A payment is in progress", "Wait for its result; look at the invoice again."),
    CARD_DECLINED(402, "The card was declined", "Try another card, or ask the bank."),
    INSUFFICIENT_FUNDS(402, "Insufficient funds", "Try another card, or add funds and pay again."),
    PAYMENT_UNKNOWN(503, "The payment's result is not known yet", "Do not pay again; look at the invoice in a minute."),
    NO_EVIDENCE(409, "There is no evidence", "It is kept for invoices that were made since this Berth signs them."),
    BUSY(429, "Too many at once", "Try again when one of the exports that run has ended."),
    PAYMENT_ACTION_REQUIRED(
            402,
            "The bank asks for a confirmation",
            "Open the URL and confirm the payment; GET /v1/invoices/{id}/payments shows it too, and until when."),
    NO_PAYMENT_METHOD(402, "There is no way to pay", "Add a card with POST /v1/payment_methods first."),
    PAYMENT_PROVIDER_NOT_SET(
            409,
            "No payment provider",
            "The operator sets a provider of payments; until then invoices are paid as before."),
    PAYMENT_PROVIDER_UNAVAILABLE(
            503, "The payment provider does not answer", "Try again in a minute; nothing was charged by this call."),
    SIGNATURE_INVALID(400, "The signature does not hold", "Sign the body as it is sent, now, with the shared secret."),
    TEST_CLOCK_REFUSED(
            409,
            "The test clock cannot do this",
            "An account is put on a clock while it is new; it is moved forward, one move at a time, up to now."),
    STANDING_NOT_ALLOWED(409, "The standing cannot change so", "A closed account stays closed."),
    UNAVAILABLE(503, "A part is not available", "Try again in a few seconds; /readyz says which part."),
    INTERNAL(500, "Something went wrong here", "Try again; if it stays, tell support the request_id.");

    private final int status;
    private final String title;
    private final String hint;

    ErrorCode(int status, String title, String hint) {
        this.status = status;
        this.title = title;
        this.hint = hint;
    }

    /** The stable code in the answer. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** A short title that never varies. */
    public String title() {
        return title;
    }

    /** What to do. */
    public String hint() {
        return hint;
    }
}
