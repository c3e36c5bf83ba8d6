package dev.berth.billing;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the service as a whole is told.
 *
 * @param priceBooks a folder with the operator's price books, read at the start; null for none
 * @param closingInterval how often it is looked whether a period can be closed, and an attempt to pay resolved
 * @param dunningInterval how often it is looked whether an account stands differently
 * @param lease how long the replica that runs the loops may be silent before another one takes over
 */
@ConfigurationProperties("berth.billing")
public record BillingProperties(
        @Nullable Path priceBooks,
        @DefaultValue("1s") Duration closingInterval,
        @DefaultValue("5s") Duration dunningInterval,
        @DefaultValue("15s") Duration lease) {
    public BillingProperties {
        priceBooks = priceBooks == null || priceBooks.toString().isEmpty() ? null : priceBooks;
    }
}
