package dev.berth.gateway.webhook;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a delivery stands. Lower case in JSON. */
public enum DeliveryState {
    /** For its next attempt. */
    WAITING,
    /** An attempt is under way. */
    SENDING,
    /** The receiver took it. */
    SUCCEEDED,
    /** It was tried as often as it is, and never taken. */
    FAILED,
    /** It is not tried: the endpoint has too many that wait, or was disabled. */
    HELD;

    /** Its name in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is tried again without being replayed. */
    public boolean isPending() {
        return this == WAITING || this == SENDING;
    }

    /** The state of a name, empty for none. */
    public static Optional<DeliveryState> named(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text))
                .findFirst();
    }
}
