package dev.berth.schema.cap;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens when a cap is reached. Lower case in JSON. */
public enum CapAction {
    /** Nothing new starts; what runs goes on. */
    REFUSE,
    /** What runs is stopped, and nothing starts. */
    STOP;

    /** Reads the JSON form. */
    @JsonCreator
    public static CapAction of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
