package dev.berth.provisioner.rollout;

import dev.berth.schema.rollout.RolloutState;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import org.jspecify.annotations.Nullable;

/**
 * How far a service may change over now. Pure.
 *
 * @param keep how many old containers stay
 * @param most how many containers there may be in all while old ones stay
 * @param mostNew how many of the new revision there may be while old ones stay
 * @param state what to call it
 * @param message what it waits for; null when it goes on by itself
 */
record Change(
        int keep,
        int most,
        int mostNew,
        RolloutState state,
        @Nullable String message) {
    /**
     * Back to what served before, without any ceremony: what failed goes as soon as it is not missed, and at once where nothing may run
     * beside it.
     */
    static Change back(RolloutWish how, int replicas, int ready) {
        return how.strategy() == RolloutStrategy.RECREATE ? recreate(replicas) : rolling(how, replicas, ready);
    }

    private static Change recreate(int replicas) {
        return new Change(0, replicas, replicas, RolloutState.PROGRESSING, null);
    }

    /**
     * By the strategy.
     *
     * @param old containers that are to be replaced
     * @param ready containers of the new revision that have been ready for long enough
     */
    static Change of(RolloutWish how, int replicas, int old, int ready) {
        if (old == 0) {
            return new Change(0, Integer.MAX_VALUE, Integer.MAX_VALUE, RolloutState.PROGRESSING, null);
        }
        if (how.paused()) {
            return new Change(old, 0, 0, RolloutState.PAUSED, "its owner paused it");
        }
        return switch (how.strategy()) {
            case ROLLING -> rolling(how, replicas, ready);
            case RECREATE -> recreate(replicas);
            case BLUE_GREEN -> blueGreen(how, replicas, old, ready);
            case CANARY -> how.promoted() ? rolling(how, replicas, ready) : canary(how, replicas, old, ready);
        };
    }

    private static Change rolling(RolloutWish how, int replicas, int ready) {
        int surge = how.maxSurge() == 0 && how.maxUnavailable() == 0 ? 1 : how.maxSurge();
        int keep = Math.max(0, replicas - how.maxUnavailable() - ready);
        return new Change(keep, saturated(replicas, surge), replicas, RolloutState.PROGRESSING, null);
    }

    private static Change blueGreen(RolloutWish how, int replicas, int old, int ready) {
        if (ready < replicas) {
            return new Change(old, Integer.MAX_VALUE, replicas, RolloutState.PROGRESSING, null);
        }
        return how.manual() && !how.promoted()
                ? new Change(
                        old,
                        Integer.MAX_VALUE,
                        replicas,
                        RolloutState.AWAITING,
                        "all %d new replicas are ready; promote or abort the rollout".formatted(ready))
                : new Change(0, Integer.MAX_VALUE, replicas, RolloutState.PROGRESSING, null);
    }

    private static Change canary(RolloutWish how, int replicas, int old, int ready) {
        int tried = Math.clamp(how.canaryReplicas(), 1, Math.max(1, replicas));
        return ready < tried
                ? new Change(old, Integer.MAX_VALUE, tried, RolloutState.PROGRESSING, null)
                : new Change(
                        old,
                        Integer.MAX_VALUE,
                        tried,
                        RolloutState.AWAITING,
                        "%d of the new revision are ready beside the old ones; promote or abort the rollout"
                                .formatted(ready));
    }

    /** How many may be launched now. */
    int room(int staying, int current) {
        if (staying == 0) {
            return Integer.MAX_VALUE;
        }
        return Math.min(
                most == Integer.MAX_VALUE ? Integer.MAX_VALUE : most - staying - current,
                mostNew == Integer.MAX_VALUE ? Integer.MAX_VALUE : mostNew - current);
    }

    private static int saturated(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE - 1L, (long) a + b);
    }
}
