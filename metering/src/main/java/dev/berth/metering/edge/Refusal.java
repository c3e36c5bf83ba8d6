package dev.berth.metering.edge;

/** A call that is not answered, and why. Becomes problem+json (RFC 9457) in {@link Problems}. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    public Refusal(ErrorCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    /** Which. */
    public ErrorCode code() {
        return code;
    }

    /** A parameter that cannot be read or makes no sense. */
    public static Refusal invalid(String parameter, String why) {
        return new Refusal(ErrorCode.INVALID, "%s %s.".formatted(parameter, why));
    }

    /** What does not exist, or is somebody else's. */
    public static Refusal notFound() {
        return new Refusal(ErrorCode.NOT_FOUND, "There is no such thing here.");
    }
}
