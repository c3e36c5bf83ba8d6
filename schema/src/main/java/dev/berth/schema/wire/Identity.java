package dev.berth.schema.wire;

import dev.berth.schema.id.AccountId;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf the gateway calls another service: sent as a signed JWT in the header {@link #HEADER}, valid for 60 s. A
 * service behind the gateway answers nothing without one, and only about {@link #account}; the operator's has no account and
 * may name any.
 *
 * @param account whose data may be read; null for the operator
 * @param actor who asked, as in {@link dev.berth.schema.Cause#actor}
 * @param operation the call, {@code op_…}
 * @param operator whether the operator asks
 */
public record Identity(@Nullable AccountId account, String actor, String operation, boolean operator) {
    /** The header's name. */
    public static final String HEADER = "Berth-Identity";
}
