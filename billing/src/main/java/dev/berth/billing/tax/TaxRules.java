package dev.berth.billing.tax;

import dev.berth.billing.customer.TaxDetails;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a customer is taxed. Pure.
 *
 * <p>Goals: what Directive 2006/112/EC asks of services sold over the net, articles 44, 58 and 196, and a plain rule elsewhere.
 * Algorithm, the first that fits: a seller without a country charges nothing; who is exempt pays nothing; who has a valid VAT id in another
 * country of the EU owes the tax there (if the seller has one too); where rates are known for the customer's country, they count;
 * within the EU and for who names no country the seller's; everybody else is outside.
 *
 * <p>Example: a seller in Germany charges a company in Austria with a VAT id nothing and says why; the same without an id pays Austria's
 * rate if the operator has entered one, and Germany's if not; a customer in Japan pays nothing.
 */
public final class TaxRules {
    /** Article 226 (11a): the words that such an invoice must bear, in the languages in which the law names others. */
    private static final Map<String, String> IN_WORDS = Map.of(
            "DE", "Steuerschuldnerschaft des Leistungsempfängers",
            "AT", "Übergang der Steuerschuld auf den Leistungsempfänger",
            "FR", "Autoliquidation",
            "NL", "Btw verlegd",
            "IT", "Inversione contabile",
            "ES", "Inversión del sujeto pasivo",
            "PL", "Odwrotne obciążenie");

    private TaxRules() {}

    /**
     * Decides.
     *
     * @param hasRates whether rates are in force for a country
     */
    public static Treatment decide(SellerProperties seller, TaxDetails customer, Predicate<String> hasRates) {
        String home = seller.country();
        if (home.isEmpty()) {
            return Treatment.OUTSIDE;
        }
        if (customer.exempt()) {
            return new Treatment(Treatment.Kind.EXEMPT, "", "Exempt from tax.");
        }
        String country = customer.country() == null ? home : customer.country();
        boolean union = VatIds.inEu(home) && VatIds.inEu(country);
        if (union && !country.equals(home) && !seller.vatId().isEmpty() && valid(country, customer.vatId())) {
            String words = IN_WORDS.get(home);
            return new Treatment(
                    Treatment.Kind.REVERSE_CHARGE,
                    country,
                    "Reverse charge%s: the recipient accounts for the VAT (articles 44 and 196, Directive 2006/112/EC)."
                            .formatted(words == null ? "" : " – " + words));
        }
        if (hasRates.test(country)) {
            return new Treatment(Treatment.Kind.TAXED, country, "");
        }
        return union && hasRates.test(home) ? new Treatment(Treatment.Kind.TAXED, home, "") : Treatment.OUTSIDE;
    }

    private static boolean valid(String country, @Nullable String vatId) {
        return vatId != null && VatIds.problem(country, vatId).isEmpty();
    }
}
