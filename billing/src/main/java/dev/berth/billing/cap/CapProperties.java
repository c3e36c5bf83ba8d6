package dev.berth.billing.cap;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What caps are told.
 *
 * @param interval how often use is held against them
 * @param stopTime how long what is stopped may take to stop: use beyond one interval and this is credited
 */
@ConfigurationProperties("berth.billing.cap")
public record CapProperties(
        @DefaultValue("5s") Duration interval,
        @DefaultValue("15s") Duration stopTime) {
    public CapProperties {
        if (interval.toMillis() < 100 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "berth.billing.cap.interval must be 100 ms to one minute, not %s".formatted(interval));
        }
        if (stopTime.isNegative()) {
            throw new IllegalArgumentException("berth.billing.cap.stop-time must not be negative");
        }
    }

    /** For how long use beyond a cap is not credited. */
    public Duration bound() {
        return interval.plus(stopTime);
    }
}
