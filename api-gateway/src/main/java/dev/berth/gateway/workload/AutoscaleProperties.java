package dev.berth.gateway.workload;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of autoscaling.
 *
 * @param autoscaleInterval how often services are looked at
 */
@ConfigurationProperties("berth")
record AutoscaleProperties(@DefaultValue("15s") Duration autoscaleInterval) {
    private static final Duration MOST = Duration.ofMinutes(1);

    AutoscaleProperties {
        if (autoscaleInterval.compareTo(Duration.ofSeconds(1)) < 0 || autoscaleInterval.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "BERTH_AUTOSCALE_INTERVAL is from 1s to 60s, not %s".formatted(autoscaleInterval));
        }
    }
}
