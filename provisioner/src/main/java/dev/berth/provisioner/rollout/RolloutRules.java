package dev.berth.provisioner.rollout;

import java.time.Duration;

/**
 * The times and numbers of rollouts and restarts.
 *
 * @param settle how long a new container must have run before an old one goes
 * @param stable how long a run must last for the next to count as the first
 * @param firstDelay before the first restart; doubled for each further one
 * @param mostDelay the longest delay after a run
 * @param mostLaunchDelay the longest delay after a launch that failed
 * @param jobAttempts how often a replica of a job is run before it is given up
 */
public record RolloutRules(
        Duration settle,
        Duration stable,
        Duration firstDelay,
        Duration mostDelay,
        Duration mostLaunchDelay,
        int jobAttempts) {
    /** What one has without settings. */
    public static final RolloutRules USUAL = new RolloutRules(
            Duration.ofSeconds(2),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            6);

    /** How often in a row the platform may fail to run a job before it is given up: about a day at the longest delay. */
    static final int JOB_LAUNCHES = 300;

    /** From how many ends in a row on it is called a crash loop. */
    static final int LOOP_FROM = 3;

    /** The delay after the {@code attempt}-th end in a row. */
    Duration delay(int attempt, Duration most) {
        long factor = 1L << Math.min(attempt - 1, 20);
        Duration delay = firstDelay.multipliedBy(factor);
        return delay.compareTo(most) > 0 ? most : delay;
    }
}
