package dev.berth.metering.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the telling.
 *
 * @param watermarkStep the watermark is told at its multiples only; divides an hour. A container that runs costs one piece a step (a minute:
 *     1,440 a day; an hour: 24), and an invoice closed early waits for a step at most
 * @param silentAfter after how long without an inventory a host is reported
 * @param lease how long the one replica that tells may be silent before another takes over
 */
@ConfigurationProperties("berth.metering")
public record UsageProperties(
        @DefaultValue("PT1M") Duration watermarkStep,
        @DefaultValue("PT5M") Duration silentAfter,
        @DefaultValue("PT10S") Duration lease) {
    private static final Duration HOUR = Duration.ofHours(1);

    public UsageProperties {
        long ms = watermarkStep.toMillis();
        if (ms < 1000 || HOUR.toMillis() % ms != 0) {
            throw new IllegalArgumentException(
                    "berth.metering.watermark-step must be one second or more and divide an hour, such as PT1S, PT1M or PT1H, not %s"
                            .formatted(watermarkStep));
        }
        if (silentAfter.compareTo(Duration.ofMinutes(2)) < 0) {
            throw new IllegalArgumentException(
                    "berth.metering.silent-after must be two minutes or more, since inventories come each minute at the latest, not %s"
                            .formatted(silentAfter));
        }
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "berth.metering.lease must be one second or more, not %s".formatted(lease));
        }
    }
}
