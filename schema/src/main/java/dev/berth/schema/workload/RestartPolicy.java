package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens when a container ends by itself. Lower case in JSON. */
public enum RestartPolicy {
    /** A new one starts, with backoff. */
    ALWAYS,
    /** A new one starts unless the exit code was 0. */
    ON_FAILURE,
    /** Nothing. */
    NEVER;

    /** Reads the JSON form. */
    @JsonCreator
    public static RestartPolicy of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
