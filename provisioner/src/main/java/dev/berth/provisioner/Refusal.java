package dev.berth.provisioner;

/** A call that is refused; rendered as problem+json. The message is the detail: what happened here. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ProblemCode code;

    public Refusal(ProblemCode code, String detail) {
        super(detail);
        this.code = code;
    }

    /** Which of the catalogue. */
    public ProblemCode code() {
        return code;
    }
}
