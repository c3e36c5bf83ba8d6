package dev.berth.billing.edge;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks; a parameter of every route.
 *
 * @param identity as the gateway signed it
 * @param named the account in {@code ?account=}, which only the operator may name
 * @param traceparent the W3C trace of the call
 */
public record Caller(
        Identity identity,
        @Nullable AccountId named,
        @Nullable String traceparent) {
    /** The account that is asked about, empty for an operator who names none. */
    public Optional<AccountId> accountIfAny() {
        AccountId own = identity.account();
        if (own != null) {
            return Optional.of(own);
        }
        return identity.operator() ? Optional.ofNullable(named) : Optional.empty();
    }

    /**
     * The account that is asked about.
     *
     * @throws Refusal {@code account_required} if there is none
     */
    public AccountId account() {
        return accountIfAny()
                .orElseThrow(() -> new Refusal(ErrorCode.ACCOUNT_REQUIRED, "This route is about one account."));
    }

    /**
     * Goes on only for the operator.
     *
     * @throws Refusal {@code operator_only}
     */
    public void mustBeOperator() {
        if (!identity.operator()) {
            throw new Refusal(ErrorCode.OPERATOR_ONLY, "This route is for the operator of this installation.");
        }
    }

    /** Whether the caller may see what belongs to an account. */
    public boolean maySee(AccountId owner) {
        return identity.operator() || owner.equals(identity.account());
    }

    /** The call as the cause of what it does. */
    public Cause cause(Instant at) {
        return new Cause(identity.operation(), identity.actor(), at, traceparent);
    }
}
