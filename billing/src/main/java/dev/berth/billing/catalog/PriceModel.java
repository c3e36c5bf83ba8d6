package dev.berth.billing.catalog;

import java.math.BigDecimal;
import java.util.List;

/** How a quantity becomes an amount. Prices are exact decimals in major units of the currency. */
public sealed interface PriceModel {

    /** Each unit costs the same. */
    record PerUnit(BigDecimal unitPrice) implements PriceModel {
        public PerUnit {
            notNegative("unit_price", unitPrice);
        }
    }

    /** Each tier prices its own part of the quantity. */
    record Graduated(List<Tier> tiers) implements PriceModel {
        public Graduated {
            tiers = Tier.checked(tiers);
        }
    }

    /** The tier that the quantity reaches prices all of it. */
    record Volume(List<Tier> tiers) implements PriceModel {
        public Volume {
            tiers = Tier.checked(tiers);
        }
    }

    /** Whole packages; one that was begun is charged. */
    record Packaged(BigDecimal packageSize, BigDecimal packagePrice) implements PriceModel {
        public Packaged {
            notNegative("package_price", packagePrice);
            if (packageSize.signum() <= 0) {
                throw new IllegalArgumentException("package_size must be above 0");
            }
        }
    }

    /** Refuses a negative price. */
    static void notNegative(String field, BigDecimal value) {
        if (value.signum() < 0) {
            throw new IllegalArgumentException("%s must not be negative".formatted(field));
        }
    }
}
