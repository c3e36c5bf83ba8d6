package dev.berth.provisioner.tenant;

import java.time.Duration;
import java.util.Locale;

/** How far a network of an account beside its own one is. One that is gone has no row. */
public enum NetworkState {
    /** It is being made. */
    MAKING,
    /** Containers may be in it. */
    READY,
    /** Nobody names it any more, and no container is in it: it goes. */
    REMOVING;

    /** How long it may be made, or removed, before the operator is told. */
    public static final Duration AT_MOST = Duration.ofMinutes(2);

    /** The form in the database. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static NetworkState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
