package dev.berth.gateway.edge;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says what is wrong with a body: broken JSON with line and column, an unknown field with the one it may have meant. */
final class JsonProblems {
    private JsonProblems() {}

    static Refusal of(HttpMessageNotReadableException unreadable) {
        Throwable cause = unreadable.getCause();
        return switch (cause) {
            case null ->
                Refusal.of(ErrorCode.MALFORMED_JSON, "The body is empty.").hint("Send a JSON object as the body.");
            case StreamConstraintsException constraint ->
                Refusal.of(ErrorCode.MALFORMED_JSON, "The body is beyond the limits: " + firstLine(constraint))
                        .hint("Nest less deeply, and use shorter numbers and names.");
            case InputCoercionException number -> invalid(number, "is a number out of range");
            case UnrecognizedPropertyException unknown -> unknown(unknown);
            case InvalidFormatException format -> invalid(format, expected(format.getTargetType()));
            case ValueInstantiationException value -> invalid(value, reason(value));
            case MismatchedInputException mismatch
            when isTrailing(mismatch) -> malformed(mismatch, "something follows the JSON value");
            case MismatchedInputException mismatch -> invalid(mismatch, expected(mismatch.getTargetType()));
            case StreamReadException broken -> malformed(broken, firstLine(broken));
            case JacksonException other -> invalid(other, "cannot be read");
            default -> Refusal.of(ErrorCode.BAD_REQUEST, "The body cannot be read.");
        };
    }

    private static Refusal malformed(JacksonException broken, String what) {
        TokenStreamLocation at = broken.getLocation();
        int line = at == null ? 1 : at.getLineNr();
        int column = at == null ? 1 : at.getColumnNr();
        return Refusal.of(ErrorCode.MALFORMED_JSON, "Line %d, column %d: %s.".formatted(line, column, Words.cut(what)))
                .fact("line", line)
                .fact("column", column);
    }

    private static Refusal unknown(UnrecognizedPropertyException unknown) {
        List<String> known = unknown.getKnownPropertyIds().stream()
                .map(String::valueOf)
                .sorted()
                .toList();
        String name = Words.cut(unknown.getPropertyName());
        Optional<String> meant = Words.closest(unknown.getPropertyName(), known);
        Refusal refusal = Refusal.of(ErrorCode.UNKNOWN_FIELD, "There is no field '%s' here.".formatted(name))
                .field(
                        path(unknown),
                        meant.map("is not known; did you mean '%s'?"::formatted).orElse("is not known"));
        return meant.map(word -> refusal.hint("Use '%s', or leave the field out.".formatted(word))
                        .fact("did_you_mean", word))
                .orElseGet(() -> refusal.hint("Known here: " + String.join(", ", known)));
    }

    private static Refusal invalid(JacksonException at, String message) {
        return Refusal.invalid(List.of(new Problem.FieldError(path(at), message)));
    }

    private static String path(JacksonException at) {
        String path = at.getPath().stream()
                .map(step ->
                        step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "body" : Words.cut(path.startsWith(".") ? path.substring(1) : path);
    }

    private static String expected(@org.jspecify.annotations.Nullable Class<?> type) {
        if (type == null) {
            return "has the wrong type";
        }
        if (type.isEnum()) {
            return "must be one of "
                    + java.util.Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name().toLowerCase(java.util.Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        if (Number.class.isAssignableFrom(type) || type == int.class || type == long.class) {
            return "must be a whole number";
        }
        if (type == String.class) {
            return "must be a text";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        if (java.util.Collection.class.isAssignableFrom(type)) {
            return "must be a list";
        }
        return "must be an object";
    }

    private static String reason(ValueInstantiationException value) {
        Throwable cause = value.getCause();
        if (value.getType() != null && value.getType().isEnumType()) {
            return expected(value.getType().getRawClass());
        }
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? Words.cut(cause.getMessage())
                : "is not allowed";
    }

    private static boolean isTrailing(MismatchedInputException mismatch) {
        return mismatch.getPath().isEmpty() && mismatch.getOriginalMessage().startsWith("Trailing token");
    }

    private static String firstLine(JacksonException e) {
        String message = e.getOriginalMessage();
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }
}
