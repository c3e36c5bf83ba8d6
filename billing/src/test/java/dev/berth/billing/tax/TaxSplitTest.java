package dev.berth.billing.tax;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaxSplitTest {
    private static final InForce RATES = rates(Map.of("standard", "0.20", "reduced", "0.10"));

    @Test
    void whatReducesAnInvoiceLowersEachGroupByItsShare() {
        TaxSplit.Result result = TaxSplit.of(List.of(charge("standard", 1_000), charge("reduced", 3_000)), -400, RATES);
        assertThat(result.charges().stream().map(TaxSplit.Taxed::reductionMinor))
                .containsExactly(-100L, -300L);
        assertThat(result.groups().stream().map(TaxSplit.Group::baseMinor)).containsExactly(900L, 2_700L);
        assertThat(result.groups().stream().map(TaxSplit.Group::taxMinor)).containsExactly(180L, 270L);
    }

    @Test
    void aGroupThatTheCountryHasNoRateForIsTaxedAsTheStandardOne() {
        TaxSplit.Result result = TaxSplit.of(List.of(charge("books", 100), charge("standard", 100)), 0, RATES);
        assertThat(result.groups()).singleElement().satisfies(group -> {
            assertThat(group.group()).isEqualTo("standard");
            assertThat(group.taxMinor()).isEqualTo(40);
        });
    }

    @Test
    void whereCorrectionsWouldTakeBackMoreTaxThanThereIsAllIsTaxedAlike() {
        TaxSplit.Result fits = TaxSplit.of(List.of(charge("standard", -300), charge("reduced", 500)), 0, RATES);
        assertThat(fits.taxMinor()).isEqualTo(-10);
        TaxSplit.Result alike = TaxSplit.of(List.of(charge("standard", -300), charge("reduced", 310)), 0, RATES);
        assertThat(alike.groups()).hasSize(1);
        assertThat(alike.taxMinor()).isEqualTo(2);
    }

    @Test
    void whatIsCarriedForwardBearsNoTaxYet() {
        TaxSplit.Result result = TaxSplit.of(List.of(charge("standard", -300), charge("reduced", 100)), 200, RATES);
        assertThat(result.taxMinor()).isZero();
        assertThat(result.groups().stream().map(TaxSplit.Group::baseMinor)).containsExactly(0L, 0L);
    }

    @Test
    void linesAndGroupsAddUpWhateverIsCharged() {
        Random random = new Random(20261130);
        List<String> groups = List.of("standard", "reduced", "third");
        for (int round = 0; round < 2_000; round++) {
            InForce rates = rates(Map.of(
                    "standard", "0.%03d".formatted(random.nextInt(400)),
                    "reduced", "0.%03d".formatted(random.nextInt(400)),
                    "third", "0.%03d".formatted(random.nextInt(400))));
            List<TaxSplit.Charge> charges = new ArrayList<>();
            long sum = 0;
            for (int i = random.nextInt(1, 12); i > 0; i--) {
                TaxSplit.Charge charge = charge(groups.get(random.nextInt(3)), random.nextLong(-500, 5_000));
                charges.add(charge);
                sum += charge.amountMinor();
            }
            long reduction = sum > 0 ? -random.nextLong(0, sum + 1) : -sum;
            TaxSplit.Result result = TaxSplit.of(charges, reduction, rates);
            long net = result.groups().stream()
                    .mapToLong(TaxSplit.Group::baseMinor)
                    .sum();
            assertThat(net).isEqualTo(sum + reduction);
            assertThat(result.charges().stream()
                            .mapToLong(TaxSplit.Taxed::reductionMinor)
                            .sum())
                    .isEqualTo(reduction);
            assertThat(result.charges().stream()
                            .mapToLong(TaxSplit.Taxed::taxMinor)
                            .sum())
                    .isEqualTo(result.taxMinor());
            assertThat(net + result.taxMinor()).isNotNegative();
        }
    }

    private static TaxSplit.Charge charge(String group, long minor) {
        return new TaxSplit.Charge(group, minor);
    }

    private static InForce rates(Map<String, String> byGroup) {
        Map<String, InForce.Rate> rates = new HashMap<>();
        byGroup.forEach((group, rate) -> rates.put(group, new InForce.Rate("VAT", new BigDecimal(rate))));
        return new InForce(new Treatment(Treatment.Kind.TAXED, "DE", ""), rates);
    }
}
