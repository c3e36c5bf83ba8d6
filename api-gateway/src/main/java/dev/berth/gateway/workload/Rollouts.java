package dev.berth.gateway.workload;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.RolloutWish;
import dev.berth.schema.workload.WorkloadKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an owner can say about a rollout that goes on. Pure. */
final class Rollouts {
    /** What is said. */
    enum Word {
        PROMOTE,
        PAUSE,
        RESUME
    }

    private Rollouts() {}

    /**
     * The wish after a word.
     *
     * @throws Refusal 409 when the word means nothing for it
     */
    static Wish say(Wish wish, Word word, Instant now) {
        if (wish.spec().kind() != WorkloadKind.SERVICE) {
            throw Refusal.of(
                    ErrorCode.CONFLICT,
                    "Only a service has rollouts; this is a %s."
                            .formatted(wish.spec().kind().text()));
        }
        RolloutWish rollout = wish.spec().manner().rollout();
        RolloutWish how = usual(rollout);
        return switch (word) {
            case PROMOTE -> {
                boolean waits = how.strategy() == RolloutStrategy.CANARY
                        || (how.strategy() == RolloutStrategy.BLUE_GREEN && how.manual());
                if (!waits) {
                    throw Refusal.of(ErrorCode.CONFLICT, "A rollout of this service does not wait for anybody.")
                            .hint("Set rollout.strategy to canary, or to blue_green with manual.");
                }
                yield with(wish, promoted(how, true), now);
            }
            case PAUSE -> with(wish, paused(how, true), now);
            case RESUME -> rollout == null ? wish : with(wish, paused(how, false), now);
        };
    }

    /** How it changes over where nothing else was said. */
    static RolloutWish usual(@Nullable RolloutWish rollout) {
        return rollout == null ? RolloutWish.USUAL : rollout;
    }

    private static Wish with(Wish wish, RolloutWish rollout, Instant now) {
        return wish.change(wish.spec().with(wish.spec().manner().with(rollout)), now);
    }

    static RolloutWish promoted(RolloutWish how, boolean promoted) {
        return new RolloutWish(
                how.strategy(),
                how.maxSurge(),
                how.maxUnavailable(),
                how.minReadySeconds(),
                how.deadlineSeconds(),
                how.canaryReplicas(),
                how.manual(),
                how.rollback(),
                promoted,
                how.paused());
    }

    private static RolloutWish paused(RolloutWish how, boolean paused) {
        return new RolloutWish(
                how.strategy(),
                how.maxSurge(),
                how.maxUnavailable(),
                how.minReadySeconds(),
                how.deadlineSeconds(),
                how.canaryReplicas(),
                how.manual(),
                how.rollback(),
                how.promoted(),
                paused);
    }
}
