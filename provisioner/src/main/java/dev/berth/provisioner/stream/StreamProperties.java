package dev.berth.provisioner.stream;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of streams.
 *
 * @param streamsAtOnce of this replica
 * @param streamsPerAccount of one account on this replica
 * @param streamAtMost how long one is followed
 */
@ConfigurationProperties("berth")
public record StreamProperties(
        @DefaultValue("200") int streamsAtOnce,
        @DefaultValue("20") int streamsPerAccount,
        @DefaultValue("1h") Duration streamAtMost) {}
