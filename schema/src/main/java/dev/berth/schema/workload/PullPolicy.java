package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When the registry is asked what the name of an image means, as Kubernetes names it (imagePullPolicy). Lower case in JSON. */
public enum PullPolicy {
    /** For each revision and each run anew; what it then means is fetched if the host has it not. */
    ALWAYS,
    /** Only where the account has no image of that name on the host. */
    IF_NOT_PRESENT;

    /** Reads the JSON form. */
    @JsonCreator
    public static PullPolicy of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
