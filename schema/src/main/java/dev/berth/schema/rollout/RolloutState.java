package dev.berth.schema.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How far a service has changed over to the wished revision. Lower case in JSON. */
public enum RolloutState {
    /** Containers are being changed over. */
    PROGRESSING,
    /** Its owner paused it. */
    PAUSED,
    /** New ones are ready beside the old ones, and it waits for its owner to let it go on or to abort it. */
    AWAITING,
    /** All replicas are of the wished revision and were ready. */
    COMPLETE,
    /** It failed, and an earlier revision runs instead until something else is wished. */
    ROLLED_BACK,
    /**
     * It failed, and there is nothing to go back to, or its owner wants no going back. What can be started again is, and once all is
     * ready it is complete after all.
     */
    FAILED;

    /** Reads the JSON form. */
    @JsonCreator
    public static RolloutState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether its deadline has no meaning any more. */
    public boolean over() {
        return this == COMPLETE || this == ROLLED_BACK || this == FAILED;
    }
}
