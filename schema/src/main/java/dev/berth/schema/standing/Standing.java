package dev.berth.schema.standing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an account stands with its bills. Lower case in JSON. */
public enum Standing {
    /** Nothing is overdue. */
    GOOD,
    /** An invoice is overdue; everything still runs. */
    PAST_DUE,
    /** Overdue for too long, or by the operator's word: containers stop, data stays. */
    SUSPENDED,
    /** Closed: nothing runs, and nothing comes back. */
    CLOSED;

    /** Reads the JSON form. */
    @JsonCreator
    public static Standing of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether containers of the account may run. */
    public boolean mayRun() {
        return this == GOOD || this == PAST_DUE;
    }
}
