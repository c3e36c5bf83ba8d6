package dev.berth.billing.cap;

import dev.berth.schema.cap.CapAction;
import dev.berth.schema.cap.CapKind;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cap as it is written down.
 *
 * @param workload null unless it is a workload's
 * @param active whether it counts; one that was taken away stays, so that what was noticed is known
 * @param amountMinor before tax; null for prepaid, whose amount is the credit that is left
 * @param state how it stood when it was last judged; null before
 * @param allowedMinor while it is reached: what is used beyond is credited
 * @param creditedMinor what of that is credited, since it was reached
 */
public record SpendCap(
        AccountId account,
        CapKind kind,
        @Nullable WorkloadId workload,
        boolean active,
        @Nullable Long amountMinor,
        CapAction action,
        CapRules.@Nullable State state,
        @Nullable Instant reachedAt,
        long allowedMinor,
        long creditedMinor,
        @Nullable Instant creditedAt) {

    /** What tells it from the account's others of its kind. */
    UUID holder() {
        return workload == null ? account.uuid() : workload.uuid();
    }

    /** Whether its action is in force. */
    public boolean reached() {
        return state != null && state.reached();
    }

    /** Whether it stops what runs now. */
    boolean stops() {
        return active && action == CapAction.STOP && reached();
    }

    /**
     * As it stands next.
     *
     * @param again whether what is credited is counted anew, from the next allowed amount on
     */
    SpendCap with(CapRules.State next, @Nullable Instant nextReachedAt, long nextAllowedMinor, boolean again) {
        return new SpendCap(
                account,
                kind,
                workload,
                active,
                amountMinor,
                action,
                next,
                nextReachedAt,
                nextAllowedMinor,
                again ? 0 : creditedMinor,
                again ? null : creditedAt);
    }

    SpendCap credited(long moreMinor, Instant at) {
        return new SpendCap(
                account,
                kind,
                workload,
                active,
                amountMinor,
                action,
                state,
                reachedAt,
                allowedMinor,
                Math.addExact(creditedMinor, moreMinor),
                at);
    }
}
