package dev.berth.metering.edge;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.wire.Identity;
import org.jspecify.annotations.Nullable;

/** Who asks, as the gateway signed it; the request attribute {@link #ATTRIBUTE} of every call under {@code /internal}. */
public record Caller(Identity identity) {
    /** The attribute's name. */
    public static final String ATTRIBUTE = "caller";

    /**
     * Whose data is asked for: the caller's own, or for the operator the one named.
     *
     * @param named the query parameter {@code account}
     * @throws Refusal if the operator names none, or an account names another
     */
    public AccountId account(@Nullable String named) {
        AccountId asked = accountOrAll(named);
        if (asked == null) {
            throw new Refusal(ErrorCode.ACCOUNT_REQUIRED, "The operator has no account of its own.");
        }
        return asked;
    }

    /** As {@link #account}, but null for an operator who names none. */
    public @Nullable AccountId accountOrAll(@Nullable String named) {
        AccountId own = identity.account();
        AccountId asked = named == null ? own : parse(named);
        if (!identity.operator() && (own == null || !own.equals(asked))) {
            throw Refusal.notFound();
        }
        return asked;
    }

    /** Refuses everybody but the operator. */
    public void requireOperator() {
        if (!identity.operator()) {
            throw new Refusal(ErrorCode.FORBIDDEN, "This is for the operator.");
        }
    }

    private static AccountId parse(String text) {
        try {
            return AccountId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.notFound();
        }
    }
}
