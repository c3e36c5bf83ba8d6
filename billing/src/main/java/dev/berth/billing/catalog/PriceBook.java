package dev.berth.billing.catalog;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One version of the prices of one currency.
 *
 * @param name the book, such as {@code standard}; with the currency it is what an account is pinned to
 * @param version counts from 1
 * @param effectiveFrom months that begin at or after it are priced with it, until the next version; the first version prices
 *     the months before it too
 * @param components in the order of invoice lines
 * @param minimumPerMonth what a month costs at least in all, as a true-up line; null for none
 */
public record PriceBook(
        String name,
        String currency,
        int version,
        Instant effectiveFrom,
        List<Component> components,
        List<FixedFee> fixed,
        @Nullable BigDecimal minimumPerMonth) {
    /** The most components, and the most fixed fees. */
    public static final int MAX_COMPONENTS = 100;

    /** The group of rates that taxes what names none. */
    public static final String STANDARD_TAX = "standard";

    public PriceBook {
        Currency.getInstance(currency);
        components = List.copyOf(components);
        fixed = List.copyOf(fixed);
        if (components.size() > MAX_COMPONENTS || fixed.size() > MAX_COMPONENTS) {
            throw new IllegalArgumentException("at most %d components and fixed fees".formatted(MAX_COMPONENTS));
        }
        Set<String> ids = new HashSet<>();
        Stream.concat(
                        components.stream().map(Component::id),
                        fixed.stream().map(FixedFee::id).map("fixed "::concat))
                .filter(id -> !ids.add(id))
                .findFirst()
                .ifPresent(id -> {
                    throw new IllegalArgumentException("%s is priced twice".formatted(id));
                });
        if (minimumPerMonth != null) {
            PriceModel.notNegative("minimum_per_month", minimumPerMonth);
        }
    }

    /** The component of a meter, empty when it costs nothing. */
    public Optional<Component> component(String id) {
        return components.stream()
                .filter(component -> component.id().equals(id))
                .findFirst();
    }
}
