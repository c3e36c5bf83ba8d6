package dev.berth.gateway.edge;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to refuse a call; rendered as problem+json by {@link Problems} and nowhere else. The methods answer a refusal that says
 * more; the one they are called on does not change.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    private Refusal(Problem problem, @Nullable Throwable cause) {
        super(problem.code().text() + ": " + problem.detail(), cause, false, false);
        this.problem = problem;
    }

    /** A refusal with the hint of the catalogue. */
    public static Refusal of(ErrorCode code, String detail) {
        return new Refusal(new Problem(code, detail, code.hint(), List.of(), Map.of(), null), null);
    }

    /** The same answer for what does not exist and for what is another account's. */
    public static Refusal notFound(String what, String id) {
        return of(ErrorCode.NOT_FOUND, "There is no %s '%s' here.".formatted(what, Words.cut(id)));
    }

    /** 422 for fields that are wrong. */
    public static Refusal invalid(List<Problem.FieldError> errors) {
        Problem.FieldError first = errors.getFirst();
        String detail = errors.size() == 1
                ? "%s %s.".formatted(first.field(), first.message())
                : "%d fields are wrong; the first: %s %s.".formatted(errors.size(), first.field(), first.message());
        return new Refusal(
                new Problem(ErrorCode.INVALID, detail, ErrorCode.INVALID.hint(), errors, Map.of(), null), null);
    }

    /** With a field that is wrong. */
    public Refusal field(String field, String message) {
        return with(problem.hint(), add(problem.errors(), new Problem.FieldError(field, message)), problem.facts());
    }

    /** With another hint. */
    public Refusal hint(String hint) {
        return with(hint, problem.errors(), problem.facts());
    }

    /** With one more member. */
    public Refusal fact(String name, Object value) {
        Map<String, Object> facts = new LinkedHashMap<>(problem.facts());
        facts.put(name, value);
        return with(problem.hint(), problem.errors(), facts);
    }

    /** With {@code Retry-After}. */
    public Refusal retryAfter(Duration wait) {
        Problem p = problem;
        return new Refusal(new Problem(p.code(), p.detail(), p.hint(), p.errors(), p.facts(), wait), getCause());
    }

    /** With what led to it, for the log. */
    public Refusal because(Throwable cause) {
        return new Refusal(problem, cause);
    }

    /** What is answered. */
    public Problem problem() {
        return problem;
    }

    private Refusal with(String hint, List<Problem.FieldError> errors, Map<String, Object> facts) {
        Problem p = problem;
        return new Refusal(new Problem(p.code(), p.detail(), hint, errors, facts, p.retryAfter()), getCause());
    }

    private static <T> List<T> add(List<T> list, T one) {
        return Stream.concat(list.stream(), Stream.of(one)).toList();
    }
}
