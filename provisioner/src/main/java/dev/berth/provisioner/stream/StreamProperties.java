package dev.berth.provisioner.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of streams.
 *
 * @param streamsAtOnce of this replica
 * @param streamsPerAccount of one account on this replica
 * @param followedAtOnce how many containers are followed at once, by all streams of this replica; each costs a connection to the
 *     engine
 * @param followedPerAccount of one account on this replica
 * @param streamAtMost how long one is followed
 * @param terminalAtMost how long a terminal lasts
 */
@ConfigurationProperties("berth")
public record StreamProperties(
        @DefaultValue("200") int streamsAtOnce,
        @DefaultValue("20") int streamsPerAccount,
        @DefaultValue("500") int followedAtOnce,
        @DefaultValue("50") int followedPerAccount,
        @DefaultValue("1h") Duration streamAtMost,
        @DefaultValue("8h") Duration terminalAtMost) {
    /** How many connections to the engine the streams have of their own; one of them is for its events. */
    private static final int MOST_FOLLOWED = 900;

    public StreamProperties {
        if (followedAtOnce > MOST_FOLLOWED) {
            throw new IllegalArgumentException("berth.followed-at-once is at most %d".formatted(MOST_FOLLOWED));
        }
    }
}
