package dev.berth.metering.edge;

import java.util.Locale;

/** The refusals of this service: stable code, HTTP status, what to do. */
public enum ErrorCode {
    UNAUTHENTICATED(401, "Nobody is named", "Ask through the gateway; only it signs internal identities."),
    FORBIDDEN(403, "Not allowed", "This route is the operator's."),
    NOT_FOUND(404, "Not found", "Check the id; what is not yours looks like what does not exist."),
    METHOD_NOT_ALLOWED(405, "Not offered", "See the Allow header."),
    INVALID(422, "Invalid", "Correct the parameter that is named."),
    TOO_MANY_ROWS(422, "Too many rows", "Ask for a shorter time, or group by something coarser."),
    ACCOUNT_REQUIRED(422, "Whose", "As the operator, name an account with ?account=acct_…"),
    BAD_REQUEST(400, "Unreadable", "Check the request against the API's description."),
    UNAVAILABLE(503, "Not available", "Try again in a few seconds."),
    INTERNAL(500, "Failed", "Try again; if it stays so, report the request id.");

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

    String title() {
        return title;
    }

    String hint() {
        return hint;
    }

    /** As it is written, such as {@code not_found}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
