package dev.berth.gateway.forward;

import java.util.Locale;

/** The services behind the gateway, each the owner of what it answers. */
public enum Owner {
    PROVISIONER,
    METERING,
    BILLING;

    /** The name in answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
