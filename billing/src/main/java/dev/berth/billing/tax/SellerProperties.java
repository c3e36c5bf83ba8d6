package dev.berth.billing.tax;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the seller is, for taxes and on every invoice; its name is {@code berth.billing.invoice.seller}.
 *
 * @param address lines of text, without the country; empty for none
 * @param country ISO 3166-1; empty where no tax is charged at all
 * @param vatId with its country's letters; without one there is no reverse charge
 */
@ConfigurationProperties("berth.billing.seller")
public record SellerProperties(
        @DefaultValue("") String address,
        @DefaultValue("") String country,
        @DefaultValue("") String vatId) {
    public SellerProperties {
        vatId = VatIds.normal(vatId);
        if (!country.isEmpty() && !country.matches("[A-Z]{2}")) {
            throw new IllegalArgumentException("berth.billing.seller.country is two capital letters, such as DE");
        }
        if (!vatId.isEmpty()) {
            String id = vatId;
            VatIds.problem(country, id).ifPresent(problem -> {
                throw new IllegalArgumentException("berth.billing.seller.vat-id %s %s".formatted(id, problem));
            });
        }
    }

    /** Nowhere: no tax is charged. */
    public static SellerProperties nowhere() {
        return new SellerProperties("", "", "");
    }
}
