package dev.berth.provisioner.tenant;

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

    /** The form in the database and in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads {@link #text}. */
    public static TenantState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
