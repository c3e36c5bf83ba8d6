package dev.berth.client.call;

import dev.berth.client.api.Problem;
import java.io.Serial;

/** The API answered that it does not do it, and why. */
public final class Refused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Problem problem;

    /** A refusal with this status; what is not known of the problem is empty. */
    public Refused(int status, Problem problem) {
        super(problem.title().isEmpty() ? "The answer was " + status : problem.title());
        this.status = status;
        this.problem = problem;
    }

    static Refused of(int status, String body) {
        return new Refused(status, new Problem(Answer.parse(body)));
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Why, as the API says it. */
    public Problem problem() {
        return problem;
    }
}
