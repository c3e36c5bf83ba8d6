package dev.berth.metering.interval;

import java.util.Locale;

/** Why an interval is not billed. The text is part of events and of the API. */
public enum ZeroReason {
    /** The container never ran. */
    LAUNCH_FAILED,
    /** It ran or not: nobody saw it between its last proof of life and the inventory that missed it. */
    MISSING_STOP,
    /** Its host went down: from its last proof of life to the return of the engine, which only then could say that it had ended. */
    HOST_UNREACHABLE,
    /** It ran, but the fact that says at which size has not come. */
    SIZE_UNKNOWN;

    /** As it is written, such as {@code missing_stop}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #text} wrote. */
    public static ZeroReason of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
