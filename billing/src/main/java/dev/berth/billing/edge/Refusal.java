package dev.berth.billing.edge;

import java.util.List;

/** Why a call was refused: an error of the catalogue, and what is particular about this one. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ErrorCode code;
    private final transient List<Field> fields;

    /** One field that is wrong, by its path in the body or its name in the query. */
    public record Field(String field, String message) {}

    public Refusal(ErrorCode code, String detail) {
        this(code, detail, List.of());
    }

    public Refusal(ErrorCode code, String detail, List<Field> fields) {
        super(detail, null, false, false);
        this.code = code;
        this.fields = List.copyOf(fields);
    }

    /** A body or query with one wrong field. */
    public static Refusal invalid(String field, String message) {
        return new Refusal(ErrorCode.INVALID, "%s: %s".formatted(field, message), List.of(new Field(field, message)));
    }

    /** The error of the catalogue. */
    public ErrorCode code() {
        return code;
    }

    /** The fields that are wrong, empty when it is not about fields. */
    public List<Field> fields() {
        return fields;
    }
}
