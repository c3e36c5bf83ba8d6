package dev.berth.provisioner.tenant;

import dev.berth.provisioner.StateTable;
import java.time.Duration;
import java.util.List;
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

    /** How it goes from one to the next. */
    public static final StateTable<TenantState> TABLE = new StateTable<>(
            "a tenant",
            PROVISIONING,
            List.of(
                    new StateTable.Step<>(PROVISIONING, READY, "TenantDriver", "its network is there"),
                    new StateTable.Step<>(PROVISIONING, CLOSING, "TenantListener", "the account was closed"),
                    new StateTable.Step<>(
                            READY, PROVISIONING, "TenantDriver", "its network is gone, without our doing"),
                    new StateTable.Step<>(READY, CLOSING, "TenantListener", "the account was closed"),
                    new StateTable.Step<>(
                            CLOSING,
                            REMOVED,
                            "TenantDriver",
                            "its containers and volumes are over, its network is gone")));

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
