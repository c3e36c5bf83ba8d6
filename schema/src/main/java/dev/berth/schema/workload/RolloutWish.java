package dev.berth.schema.workload;

/**
 * How a service is to change over to this revision. Times in seconds, from when the first new container was begun.
 *
 * @param maxSurge how many containers there may be beyond the replicas; for {@code rolling}
 * @param maxUnavailable how many of the replicas need not be ready; for {@code rolling}. One of both is above 0
 * @param minReadySeconds how long a new container must have been ready without a break to count
 * @param deadlineSeconds after which a rollout that is not complete has failed; waiting for the owner does not count
 * @param canaryReplicas how many new ones are tried; for {@code canary}
 * @param manual whether {@code blue_green} too waits for the owner before the old ones go
 * @param rollback whether a rollout that failed goes back to the last revision that was complete
 * @param promoted the owner lets this revision go on
 * @param paused nothing more is changed over until it is resumed
 */
public record RolloutWish(
        RolloutStrategy strategy,
        int maxSurge,
        int maxUnavailable,
        int minReadySeconds,
        int deadlineSeconds,
        int canaryReplicas,
        boolean manual,
        boolean rollback,
        boolean promoted,
        boolean paused) {
    /** What a service has that does not say how. */
    public static final RolloutWish USUAL =
            new RolloutWish(RolloutStrategy.ROLLING, 1, 0, 2, 600, 1, false, true, false, false);
}
