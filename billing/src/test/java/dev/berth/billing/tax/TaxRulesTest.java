package dev.berth.billing.tax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.customer.TaxDetails;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TaxRulesTest {
    private static final SellerProperties GERMAN = new SellerProperties("Kai 1\n20457 Hamburg", "DE", "DE 136695976");

    @Test
    void aSellerWithoutACountryChargesNothing() {
        assertThat(decide(SellerProperties.nowhere(), "DE", null)).isEqualTo("outside ");
    }

    @Test
    void atHomeTheRatesOfHomeCountWithOrWithoutAnId() {
        assertThat(decide(GERMAN, "DE", null)).isEqualTo("taxed DE");
        assertThat(decide(GERMAN, "DE", "DE136695976")).isEqualTo("taxed DE");
        assertThat(decide(GERMAN, null, null)).as("who names no country").isEqualTo("taxed DE");
    }

    @Test
    void aCompanyInAnotherCountryOfTheUnionOwesTheTaxItself() {
        assertThat(decide(GERMAN, "AT", "ATU13585627")).isEqualTo("reverse_charge AT");
        assertThat(TaxRules.decide(GERMAN, details("AT", "ATU13585627"), _ -> true)
                        .note())
                .contains("Reverse charge", "Steuerschuldnerschaft des Leistungsempfängers", "2006/112/EC");
        assertThat(decide(GERMAN, "AT", "ATU13585626"))
                .as("an id that cannot be one")
                .isEqualTo("taxed AT");
        assertThat(decide(new SellerProperties("", "DE", ""), "AT", "ATU13585627"))
                .as("the seller has none")
                .isEqualTo("taxed AT");
        assertThat(decide(GERMAN, "CH", "CHE107787577MWST"))
                .as("not in the union")
                .isEqualTo("outside ");
    }

    @Test
    void otherCountriesOfTheUnionHaveTheirRatesOrTheSellersAndTheRestNone() {
        assertThat(decide(GERMAN, "AT", null)).isEqualTo("taxed AT");
        assertThat(decide(GERMAN, "FR", null)).as("no rates of France").isEqualTo("taxed DE");
        assertThat(decide(GERMAN, "JP", null)).isEqualTo("outside ");
    }

    @Test
    void whoIsExemptPaysNothingAndTheInvoiceSaysSo() {
        Treatment exempt = TaxRules.decide(GERMAN, new TaxDetails(null, null, "DE", null, true), _ -> true);
        assertThat(exempt.kind()).isEqualTo(Treatment.Kind.EXEMPT);
        assertThat(exempt.note()).isNotEmpty();
    }

    private static TaxDetails details(@Nullable String country, @Nullable String vatId) {
        return new TaxDetails(null, null, country, vatId, false);
    }

    private static String decide(SellerProperties seller, @Nullable String country, @Nullable String vatId) {
        Treatment treatment = TaxRules.decide(seller, details(country, vatId), Set.of("DE", "AT")::contains);
        return treatment.kind().text() + " " + treatment.country();
    }
}
