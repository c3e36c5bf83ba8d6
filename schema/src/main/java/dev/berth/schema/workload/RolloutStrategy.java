package dev.berth.schema.workload;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a service changes over to a new revision. Lower case in JSON. */
public enum RolloutStrategy {
    /** A few replicas at a time. */
    ROLLING,
    /** All new ones beside the old ones; these go together once all new ones are ready. */
    BLUE_GREEN,
    /** A few new ones beside the old ones, until the owner lets it go on. */
    CANARY,
    /** The old ones go first. */
    RECREATE;

    /** Reads the JSON form. */
    @JsonCreator
    public static RolloutStrategy of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
