package dev.berth.gateway.trigger;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a trigger does with its workload. Lower case in JSON. */
public enum TriggerAction {
    /** Makes its containers anew; with the pull policy {@code always} its image is looked up again. */
    REDEPLOY,
    /** Sets its replicas, or adds to them, within bounds. */
    SCALE;

    /** Its name in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The action of a name, empty for none. */
    static Optional<TriggerAction> named(String text) {
        return Arrays.stream(values())
                .filter(action -> action.text().equals(text))
                .findFirst();
    }
}
