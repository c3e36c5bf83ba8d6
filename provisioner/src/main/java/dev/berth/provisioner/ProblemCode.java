package dev.berth.provisioner;

/** The catalogue of refusals of this service: a stable code, the HTTP status, a title, and what to do. */
public enum ProblemCode {
    UNAUTHENTICATED(401, "Who asks is not known", "Send Berth-Identity as the gateway signs it."),
    NOT_FOUND(404, "Not found", "Check the id; only what is your own can be seen."),
    INVALID(422, "Invalid", "Correct the value that the detail names."),
    METHOD_NOT_ALLOWED(405, "Method not allowed", "Use a method that the route has."),
    HOST_IN_USE(
            409,
            "The host is in use",
            "Retire only what will not come back: stop its engine, or point Berth at another."),
    NOT_RUNNING(
            409, "The container does not run", "Ask for one that runs; GET /v1/workloads/{id}/containers lists them."),
    TOO_MANY_STREAMS(429, "Too many streams", "Close a stream that is open, or ask again without follow."),
    UNAVAILABLE(503, "Not available now", "Try again in a few seconds; readyz says what is missing."),
    INTERNAL(500, "Something failed here", "Try again; if it stays, give the request_id to the operator.");

    private final int status;
    private final String title;
    private final String hint;

    ProblemCode(int status, String title, String hint) {
        this.status = status;
        this.title = title;
        this.hint = hint;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** In a few words, always the same. */
    public String title() {
        return title;
    }

    /** What to do. */
    public String hint() {
        return hint;
    }

    /** The stable code. */
    public String code() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
