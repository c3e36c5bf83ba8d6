package dev.berth.gateway.workload;

import dev.berth.schema.workload.RolloutWish;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * How a service changes over, as the API has it; in a request nothing of it is checked yet, and null is "the usual".
 *
 * @param strategy {@code rolling}, {@code blue_green}, {@code canary} or {@code recreate}
 * @param promoted whether its owner let it go on; not for requests
 * @param paused whether its owner holds it; not for requests
 */
public record RolloutShape(
        @Nullable String strategy,
        @Nullable BigInteger maxSurge,
        @Nullable BigInteger maxUnavailable,
        @Nullable BigInteger minReadyS,
        @Nullable BigInteger deadlineS,
        @Nullable BigInteger canaryReplicas,
        @Nullable Boolean manual,
        @Nullable Boolean rollback,
        @Nullable Boolean promoted,
        @Nullable Boolean paused) {
    static @Nullable RolloutShape of(@Nullable RolloutWish wish) {
        return wish == null
                ? null
                : new RolloutShape(
                        wish.strategy().text(),
                        BigInteger.valueOf(wish.maxSurge()),
                        BigInteger.valueOf(wish.maxUnavailable()),
                        BigInteger.valueOf(wish.minReadySeconds()),
                        BigInteger.valueOf(wish.deadlineSeconds()),
                        BigInteger.valueOf(wish.canaryReplicas()),
                        wish.manual(),
                        wish.rollback(),
                        wish.promoted(),
                        wish.paused());
    }
}
