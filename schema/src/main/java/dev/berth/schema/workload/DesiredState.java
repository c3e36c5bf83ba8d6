package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is wished of a workload that exists. Lower case in JSON. */
public enum DesiredState {
    /** Its replicas run. */
    RUNNING,
    /** No container of it runs. */
    STOPPED;

    /** Reads the JSON form. */
    @JsonCreator
    public static DesiredState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
