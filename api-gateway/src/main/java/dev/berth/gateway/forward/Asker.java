package dev.berth.gateway.forward;

import dev.berth.gateway.edge.Principal;
import dev.berth.gateway.edge.RequestContext;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.OperationId;
import dev.berth.schema.wire.Identity;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf the gateway asks, and in which trace.
 *
 * @param effect what the request's effect is named by when it is repeated, null when it cannot be; see
 *     {@link RequestContext#effect}
 */
public record Asker(
        Identity identity,
        @Nullable String traceparent,
        @Nullable String effect) {

    /** Whoever makes a request. */
    public static Asker of(RequestContext context) {
        String operation = context.operation().toString();
        Principal principal = context.principal();
        Identity identity = switch (principal) {
            case Principal.Customer customer -> new Identity(customer.account(), customer.actor(), operation, false);
            case Principal.Operator operator -> new Identity(null, operator.actor(), operation, true);
            case Principal.Anonymous anonymous -> new Identity(null, anonymous.actor(), operation, false);
        };
        return new Asker(identity, context.traceparent(), context.effect());
    }

    /** The gateway itself, about an account, such as for a stream that several watchers share. */
    public static Asker gateway(AccountId account) {
        return new Asker(new Identity(account, "berth", OperationId.next().toString(), false), null, null);
    }

    /** The gateway itself, about what it does for all accounts. */
    static Asker ofAllAccounts() {
        return new Asker(new Identity(null, "berth", OperationId.next().toString(), true), null, null);
    }

    /** The gateway itself, about what is public. */
    public static Asker gateway() {
        return new Asker(new Identity(null, "berth", OperationId.next().toString(), false), null, null);
    }
}
