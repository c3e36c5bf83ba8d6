package dev.berth.gateway.edge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a person is in an account, and so what they may do there. Lower case in JSON. */
public enum Role {
    OWNER(EnumSet.allOf(Scope.class)),
    ADMIN(EnumSet.allOf(Scope.class)),
    DEVELOPER(EnumSet.of(
            Scope.ACCOUNT_READ,
            Scope.WORKLOADS_READ,
            Scope.WORKLOADS_WRITE,
            Scope.VOLUMES_READ,
            Scope.VOLUMES_WRITE,
            Scope.SECRETS_READ,
            Scope.SECRETS_WRITE,
            Scope.WEBHOOKS_READ,
            Scope.WEBHOOKS_WRITE,
            Scope.BILLING_READ)),
    BILLING(EnumSet.of(
            Scope.ACCOUNT_READ,
            Scope.WORKLOADS_READ,
            Scope.VOLUMES_READ,
            Scope.WEBHOOKS_READ,
            Scope.BILLING_READ,
            Scope.BILLING_WRITE)),
    VIEWER(EnumSet.of(
            Scope.ACCOUNT_READ, Scope.WORKLOADS_READ, Scope.VOLUMES_READ, Scope.WEBHOOKS_READ, Scope.BILLING_READ));

    private final Set<Scope> scopes;

    Role(Set<Scope> scopes) {
        this.scopes = Set.copyOf(scopes);
    }

    /** What the role allows. */
    public Set<Scope> scopes() {
        return scopes;
    }

    /** Whether it stands as high as another: owners over admins, and both over all others. */
    public boolean isAtLeast(Role other) {
        return rank() >= other.rank();
    }

    private int rank() {
        return switch (this) {
            case OWNER -> 2;
            case ADMIN -> 1;
            case DEVELOPER, BILLING, VIEWER -> 0;
        };
    }

    /** Reads the JSON form. */
    @JsonCreator
    public static Role of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** The JSON form. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
