package dev.berth.gateway.trigger;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a customer sends to make a trigger; nothing in it is checked yet.
 *
 * @param action {@code redeploy} or {@code scale}
 * @param replicas of a scale: sets to, where a call does not say
 * @param step of a scale: adds, or takes away below 0, where a call does not say
 * @param min of a scale: the fewest replicas that a call may lead to; 1 if not given
 * @param max of a scale: the most
 */
public record TriggerRequest(
        @Nullable String name,
        @Nullable String action,
        @Nullable BigInteger replicas,
        @Nullable BigInteger step,
        @Nullable BigInteger min,
        @Nullable BigInteger max) {}
