package dev.berth.gateway.edge;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the edge.
 *
 * @param operatorKey the operator's key {@code berth_op_…}; empty: there is no operator
 * @param secureCookies whether session cookies are {@code __Host-} cookies with {@code Secure}; off only on loopback
 * @param corsOrigins whose pages may call the API from a browser, with a key and never with a session; {@code *} is all
 * @param rates token buckets of this replica
 */
@ConfigurationProperties("berth")
public record EdgeProperties(
        @DefaultValue("") String operatorKey,
        @DefaultValue("true") boolean secureCookies,
        @DefaultValue("*") List<String> corsOrigins,
        @DefaultValue Rates rates) {
    /** One bucket a key or session, one an account, one an address, one an address that signs up. */
    public record Rates(
            @DefaultValue Rate key,
            @DefaultValue Rate account,
            @DefaultValue Rate address,
            @DefaultValue Rate signup) {}

    /**
     * A token bucket.
     *
     * @param burst how many at once
     * @param perSecond how many come back each second
     */
    public record Rate(
            @DefaultValue("100") int burst,
            @DefaultValue("20") double perSecond) {
        public Rate {
            if (burst < 1 || !(perSecond > 0)) {
                throw new IllegalArgumentException(
                        "a rate needs a burst from 1 and more than 0 per second, not %d and %s"
                                .formatted(burst, perSecond));
            }
        }
    }
}
