package dev.berth.gateway.portal;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Problem;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.forward.PassedProblem;
import java.util.List;

/** A refusal as a page says it. */
record Said(int status, String title, String detail, String hint, List<Problem.FieldError> errors) {
    /** Instead of the API's hint, which speaks of headers. */
    private static final String MEANWHILE =
            "It was changed meanwhile. What you typed is in the form still: sent again, it takes the place of what is there now.";

    static Said of(RuntimeException thrown) {
        return switch (thrown) {
            case Refusal refusal -> {
                Problem problem = refusal.problem();
                yield new Said(
                        problem.code().status(),
                        problem.code().title(),
                        problem.detail(),
                        problem.code() == ErrorCode.STALE ? MEANWHILE : problem.hint(),
                        problem.errors());
            }
            case PassedProblem passed ->
                new Said(passed.status(), "That was refused", passed.detail(), passed.hint(), List.of());
            default ->
                new Said(500, ErrorCode.INTERNAL.title(), "Nothing was changed.", ErrorCode.INTERNAL.hint(), List.of());
        };
    }

    /** A refusal of a form, whose fields say the rest themselves. */
    static Said ofForm(RuntimeException thrown) {
        Said said = of(thrown);
        return said.errors.isEmpty()
                ? said
                : new Said(said.status, "Not yet", "Mend what is marked and send it again.", "", List.of());
    }
}
