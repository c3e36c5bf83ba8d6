package dev.berth.billing.testclock;

import dev.berth.schema.id.AccountId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account's clock, as in Stripe's test clocks.
 *
 * @param beganAt its time when it was put on the clock
 * @param now what it shows
 * @param target where it was told to move
 * @param state {@code ready} at its target, {@code advancing} on the way
 * @param steps how many moments it has left behind
 * @param error why the last moment could not be ended; it is tried again
 * @see <a href="https://docs.stripe.com/billing/testing/test-clocks">Stripe: test clocks</a>
 */
public record TestClock(
        AccountId account,
        Instant beganAt,
        Instant now,
        Instant target,
        String state,
        long steps,
        @Nullable String error) {}
