package dev.berth.gateway.edge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Token buckets in memory: each replica of the gateway counts for itself. At most {@link #MAX_BUCKETS} are kept; the one that
 * was asked least recently goes first, and a bucket that comes back is full. Thread-safe.
 */
@Component
public class RateLimits {
    static final int MAX_BUCKETS = 100_000;

    /** What a bucket says to one request. */
    public record Verdict(boolean allowed, int limit, int remaining, Duration retryAfter) {}

    private static final class Bucket {
        private double tokens;
        private long readAtMs;

        Bucket(double tokens, long readAtMs) {
            this.tokens = tokens;
            this.readAtMs = readAtMs;
        }
    }

    private final InstantSource clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    RateLimits(InstantSource clock) {
        this.clock = clock;
    }

    /** Puts a token back that was taken for nothing. */
    public synchronized void giveBack(String name, EdgeProperties.Rate rate) {
        Bucket bucket = buckets.get(name);
        if (bucket != null) {
            bucket.tokens = Math.min(rate.burst(), bucket.tokens + 1);
        }
    }

    /** Takes one token from a named bucket, if there is one. */
    public synchronized Verdict take(String name, EdgeProperties.Rate rate) {
        long now = clock.millis();
        Bucket bucket = buckets.computeIfAbsent(name, n -> new Bucket(rate.burst(), now));
        double back = Math.max(0, now - bucket.readAtMs) * rate.perSecond() / 1000;
        bucket.tokens = Math.min(rate.burst(), bucket.tokens + back);
        bucket.readAtMs = now;
        if (bucket.tokens >= 1) {
            bucket.tokens -= 1;
            return new Verdict(true, rate.burst(), (int) bucket.tokens, Duration.ZERO);
        }
        long waitMs = (long) Math.ceil((1 - bucket.tokens) * 1000 / rate.perSecond());
        return new Verdict(false, rate.burst(), 0, Duration.ofMillis(waitMs));
    }
}
