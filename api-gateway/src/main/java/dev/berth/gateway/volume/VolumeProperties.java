package dev.berth.gateway.volume;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of volumes.
 *
 * @param volumeRetention how long the data of a deleted volume is kept, unless its owner has it destroyed at once
 */
@ConfigurationProperties("berth")
public record VolumeProperties(@DefaultValue("3d") Duration volumeRetention) {
    public VolumeProperties {
        if (volumeRetention.isNegative() || volumeRetention.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(
                    "BERTH_VOLUME_RETENTION is from 0s to 365d, not %s".formatted(volumeRetention));
        }
    }
}
