package dev.berth.gateway.feed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the feed and of the streams that are open to customers.
 *
 * @param retention how long events and stopped containers are listed
 * @param streamsPerAccount the most streams an account has open on one replica
 * @param streams the most streams of all accounts on one replica
 * @param streamLife after which a stream ends, so that its reader shows anew who it is and comes back where it was
 * @param lookEvery how often it is looked whether the readers of all streams are still let in; at most {@link #MOST_LOOK}
 * @param heartbeat a comment after this much silence keeps connections open and finds those that are gone
 */
@ConfigurationProperties("berth.feed")
record FeedProperties(
        @DefaultValue("90d") Duration retention,
        @DefaultValue("20") int streamsPerAccount,
        @DefaultValue("2000") int streams,
        @DefaultValue("1h") Duration streamLife,
        @DefaultValue("2s") Duration lookEvery,
        @DefaultValue("15s") Duration heartbeat) {
    /** What leaves time for the rest of the five seconds in which a stream ends whose reader is not let in any more. */
    static final Duration MOST_LOOK = Duration.ofSeconds(3);

    FeedProperties {
        if (retention.compareTo(Duration.ofHours(1)) < 0 || streamsPerAccount < 1 || streams < 1) {
            throw new IllegalArgumentException("berth.feed: retention is at least 1h, and streams are at least 1");
        }
        if (!lookEvery.isPositive() || lookEvery.compareTo(MOST_LOOK) > 0) {
            throw new IllegalArgumentException("berth.feed: look-every is more than 0 and at most 3s");
        }
        if (heartbeat.isZero() || heartbeat.isNegative() || streamLife.compareTo(heartbeat) < 0) {
            throw new IllegalArgumentException("berth.feed: the life of a stream is at least one heartbeat");
        }
    }
}
