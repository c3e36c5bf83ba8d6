package dev.berth.provisioner.tenant;

import java.time.Duration;
import java.util.Locale;

/** How far the place of an account is. */
public enum TenantState {
    /** Its network is being made. */
    PROVISIONING,
    /** Its containers may run. */
    READY,
    /** The account is closed: its containers stop, then the network goes. */
    CLOSING,
    /** Nothing is left. */
    REMOVED;

    /** How long a place may take to be made before the operator is told. */
    public static final Duration PROVISIONING_AT_MOST = Duration.ofMinutes(2);

    /** How long a place may take to be removed before the operator is told: the longest grace time of a container, and more. */
    public static final Duration CLOSING_AT_MOST = Duration.ofMinutes(10);

    /** The form in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static TenantState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
