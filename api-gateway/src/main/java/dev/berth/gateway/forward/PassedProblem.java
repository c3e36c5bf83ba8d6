package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A service behind the gateway refused; its problem is the caller's answer, with the request id of the caller's own request. */
public final class PassedProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient ObjectNode problem;
    private final @Nullable String retryAfter;

    PassedProblem(int status, ObjectNode problem, @Nullable String retryAfter) {
        super(problem.path("code").asString("") + ": " + problem.path("detail").asString(""), null, false, false);
        this.status = status;
        this.problem = problem;
        this.retryAfter = retryAfter;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Its stable code. */
    public String code() {
        return problem.path("code").asString("");
    }

    /** What happened, for people. */
    public String detail() {
        return problem.path("detail").asString("");
    }

    /** What to do. */
    public String hint() {
        return problem.path("hint").asString("");
    }

    /** What is wrong with which field. */
    public List<Problem.FieldError> errors() {
        List<Problem.FieldError> errors = new ArrayList<>();
        problem.path("errors")
                .forEach(error -> errors.add(new Problem.FieldError(
                        error.path("field").asString(""), error.path("message").asString(""))));
        return errors;
    }

    /** The problem as the caller gets it. */
    ObjectNode as(String requestId) {
        return problem.deepCopy()
                .put("type", Problem.type(code()))
                .put("status", status)
                .put("request_id", requestId);
    }

    @Nullable
    String retryAfter() {
        return retryAfter;
    }
}
