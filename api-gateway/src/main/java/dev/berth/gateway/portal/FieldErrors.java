package dev.berth.gateway.portal;

import dev.berth.gateway.edge.Problem;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with which input of a form. */
final class FieldErrors {
    /** Nothing is wrong. */
    static final FieldErrors NONE = new FieldErrors(Map.of(), Set.of());

    private final Map<String, String> byInput;
    private final Set<String> own;

    private FieldErrors(Map<String, String> byInput, Set<String> own) {
        this.byInput = byInput;
        this.own = own;
    }

    /** From a refusal; {@code env.PORT} and {@code ports[2]} are said at the inputs {@code env} and {@code ports}. */
    static FieldErrors of(Problem problem) {
        return of(problem.errors());
    }

    /** The same, of another service's refusal. */
    static FieldErrors of(List<Problem.FieldError> errors) {
        Map<String, String> byInput = new LinkedHashMap<>();
        for (Problem.FieldError error : errors) {
            byInput.putIfAbsent(error.field(), error.message());
            String input = error.field().replaceAll("[.\\[].*", "");
            byInput.putIfAbsent(
                    input, input.equals(error.field()) ? error.message() : error.field() + " " + error.message());
        }
        return new FieldErrors(
                byInput, errors.stream().map(Problem.FieldError::field).collect(Collectors.toSet()));
    }

    /** Whether an input is wrong. */
    public boolean has(String input) {
        return byInput.containsKey(input);
    }

    /** Whether an input is wrong itself, and not only something within it. */
    public boolean own(String input) {
        return own.contains(input);
    }

    /** Whether one of some inputs, commas between, is wrong, or something within one. */
    public boolean any(String inputs) {
        return Arrays.stream(inputs.split(",")).anyMatch(byInput::containsKey);
    }

    /** What is wrong with it. */
    public @Nullable String get(String input) {
        return byInput.get(input);
    }

    /** What is wrong with it, or a hint when nothing is. */
    public String or(String input, String hint) {
        return byInput.getOrDefault(input, hint);
    }
}
