package dev.berth.gateway.edge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One thing a caller may do, such as {@code workloads:write}. Roles and API keys are sets of them. */
public enum Scope {
    ACCOUNT_READ,
    ACCOUNT_WRITE,
    KEYS_WRITE,
    MEMBERS_WRITE,
    AUDIT_READ,
    WORKLOADS_READ,
    WORKLOADS_WRITE,
    VOLUMES_READ,
    VOLUMES_WRITE,
    SECRETS_READ,
    SECRETS_WRITE,
    WEBHOOKS_READ,
    WEBHOOKS_WRITE,
    BILLING_READ,
    BILLING_WRITE;

    /** Its name in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    /** The scope of a name, empty for none. */
    public static Optional<Scope> named(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text().equals(text))
                .findFirst();
    }

    /** Reads the JSON form. */
    @JsonCreator
    public static Scope of(String text) {
        return named(text).orElseThrow(() -> new IllegalArgumentException("'%s' is no scope".formatted(text)));
    }
}
