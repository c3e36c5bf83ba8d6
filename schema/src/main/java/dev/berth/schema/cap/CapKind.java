package dev.berth.schema.cap;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a cap bounds. Lower case in JSON. */
public enum CapKind {
    /** All that an account uses in a billing period. */
    ACCOUNT,
    /** What one workload uses in a billing period. */
    WORKLOAD,
    /** All that an account uses, by the credit it has left. */
    PREPAID;

    /** Reads the JSON form. */
    @JsonCreator
    public static CapKind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
