package dev.berth.gateway.edge;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Token buckets in memory: each replica of the gateway counts for itself. At most {@link #MAX_BUCKETS} are kept; the one that
 * was asked least recently goes first, and a bucket that comes back is full. Thread-safe.
 */
@Component
public class RateLimits {
    static final int MAX_BUCKETS = 100_000;

    /**
     * What a bucket says to one request.
     *
     * @param retryAfter after which there is a token again; zero if there was one
     * @param fullAfter after which all of them are there again, if nobody asks
     */
    public record Verdict(boolean allowed, int limit, int remaining, Duration retryAfter, Duration fullAfter) {}

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

    /**
     * Takes one token as {@link #take} does and tells the caller of it in the headers of the answer, as one more limit beside those
     * that all calls have. Only where the bucket's state says nothing that its caller must not know.
     *
     * @param kind what is limited, as the headers name it
     */
    public Verdict takeTold(String kind, String of, EdgeProperties.Rate rate) {
        Verdict verdict = take(kind + ":" + of, rate);
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes call
                && call.getResponse() != null) {
            tell(call.getResponse(), kind, rate, verdict);
        }
        return verdict;
    }

    /**
     * Adds a limit to {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10): how many calls are left
     * and in how many seconds all are there again; how many that is and in how many seconds they come back.
     */
    static void tell(HttpServletResponse response, String kind, EdgeProperties.Rate rate, Verdict verdict) {
        add(response, "RateLimit-Policy", "\"%s\";q=%d;w=%d".formatted(kind, rate.burst(), (long)
                        Math.ceil(rate.burst() / rate.perSecond())));
        add(
                response,
                "RateLimit",
                "\"%s\";r=%d;t=%d"
                        .formatted(
                                kind,
                                verdict.remaining(),
                                verdict.fullAfter().plusMillis(999).toSeconds()));
    }

    private static void add(HttpServletResponse response, String header, String member) {
        String before = response.getHeader(header);
        response.setHeader(header, before == null ? member : before + ", " + member);
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
            return new Verdict(
                    true, rate.burst(), (int) bucket.tokens, Duration.ZERO, until(rate.burst(), bucket, rate));
        }
        return new Verdict(false, rate.burst(), 0, until(1, bucket, rate), until(rate.burst(), bucket, rate));
    }

    private static Duration until(int tokens, Bucket bucket, EdgeProperties.Rate rate) {
        return Duration.ofMillis((long) Math.ceil((tokens - bucket.tokens) * 1000 / rate.perSecond()));
    }
}
