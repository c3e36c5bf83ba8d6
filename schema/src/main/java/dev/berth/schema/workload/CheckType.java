package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a container is asked whether it works. Lower case in JSON. */
public enum CheckType {
    /** A GET request that is answered with a status from 200 to 399. */
    HTTP,
    /** A connection that is accepted. */
    TCP,
    /** A command within the container that ends with 0. */
    EXEC;

    /** Reads the JSON form. */
    @JsonCreator
    public static CheckType of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
