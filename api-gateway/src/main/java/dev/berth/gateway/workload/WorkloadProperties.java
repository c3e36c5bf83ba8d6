package dev.berth.gateway.workload;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of wishes.
 *
 * @param allowedHosts registries in an internal network that customers may name all the same, {@code host} or {@code host:port}
 */
@ConfigurationProperties("berth.registries")
record WorkloadProperties(@DefaultValue Set<String> allowedHosts) {
    WorkloadProperties {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
