package dev.berth.gateway.callout;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may be called for customers.
 *
 * @param allowedRanges addresses that may be called although they are not public, and without TLS too, such as {@code 10.1.0.0/16}
 */
@ConfigurationProperties("berth.targets")
record TargetProperties(@DefaultValue("") List<String> allowedRanges) {
    TargetProperties {
        allowedRanges = allowedRanges.stream()
                .filter(range -> !range.isBlank())
                .map(String::strip)
                .toList();
    }

    AddressRules rules() {
        return new AddressRules(allowedRanges.stream().map(AddressRange::parse).toList());
    }
}
