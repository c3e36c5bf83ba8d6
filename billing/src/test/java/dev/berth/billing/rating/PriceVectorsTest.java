package dev.berth.billing.rating;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.billing.catalog.Component;
import dev.berth.billing.catalog.PriceBook;
import dev.berth.billing.catalog.PriceModel;
import dev.berth.billing.catalog.PriceModel.Graduated;
import dev.berth.billing.catalog.PriceModel.Packaged;
import dev.berth.billing.catalog.PriceModel.PerUnit;
import dev.berth.billing.catalog.PriceModel.Volume;
import dev.berth.billing.catalog.Tier;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors of BILLING.md §7 that touch prices; facts taken from other systems' tests. */
class PriceVectorsTest {
    @Test
    @DisplayName("L5: 2,500 from the 5th of a month of 31 days are 2177.4193548 unit-months, at one dollar each")
    void unitsOfAPartOfAMonth() {
        BigDecimal unitMonths = Proration.prorate(decimal("2500"), 27, 31);
        assertThat(unitMonths.setScale(7, java.math.RoundingMode.HALF_UP)).isEqualByComparingTo("2177.4193548");
        assertThat(Rounding.toMinor(Pricing.exact(new PerUnit(BigDecimal.ONE), unitMonths), "USD"))
                .isEqualTo(217_742);
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "1, 12", "10, 102", "11, 110", "12, 115", "21, 163"})
    @DisplayName("L7: graduated tiers with a flat fee each")
    void graduatedTiersWithFlatFees(String quantity, String expected) {
        PriceModel model = new Graduated(tiers("10/10/2", "20/5/3", "/5/3"));
        assertThat(Pricing.exact(model, decimal(quantity))).isEqualByComparingTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, 1300", "10, 1200", "200, 0"})
    @DisplayName("L9: begun packages of 10 at 100 minor units, 121 units, with a free allowance")
    void packagesAfterAFreeAllowance(String free, long expected) {
        Component component = component(new Packaged(decimal("10"), decimal("1.00")), free);
        assertThat(Rounding.toMinor(Pricing.exact(component, decimal("121")), "USD"))
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("L12: 32 of 91 days of a quarterly fee")
    void prorationOfAQuarter() {
        assertThat(Rounding.toMinor(Proration.prorate(decimal("910.00"), 32, 91), "EUR"))
                .isEqualTo(32_000);
    }

    @Test
    @DisplayName("L16: 3 of 30 days and 20 % of tax")
    void prorationAndTax() {
        long net = Rounding.toMinor(Proration.prorate(decimal("20.00"), 3, 30), "EUR");
        assertThat(net).isEqualTo(200);
        assertThat(Tax.on(net, decimal("0.20"))).isEqualTo(40);
    }

    @Test
    @DisplayName("L19: the fee is prorated, never the units")
    void unitsAreNotRoundedBeforeProration() {
        BigDecimal fee = decimal("5000.00").multiply(BigDecimal.TEN);
        assertThat(Rounding.toMinor(Proration.prorate(fee, 17, 31), "EUR")).isEqualTo(2_741_935);
    }

    @Test
    @DisplayName("L28: the taxes of two parts add up to the tax of the whole")
    void taxOfThePartsIsTaxOfTheWhole() {
        BigDecimal rate = decimal("0.20");
        long first = 72_686 + Tax.on(72_686, rate);
        long second = 4_214 + Tax.on(4_214, rate);
        assertThat(first).isEqualTo(87_223);
        assertThat(second).isEqualTo(5_057);
        assertThat(first + second).isEqualTo(76_900 + Tax.on(76_900, rate)).isEqualTo(92_280);
    }

    @Test
    @DisplayName("L31: fractions of a cent are summed before they are rounded")
    void fractionsAreSummedFirst() {
        BigDecimal first =
                decimal("0.004").multiply(decimal("6")).add(decimal("0.010").multiply(decimal("2")));
        BigDecimal second = decimal("0.014").multiply(decimal("8"));
        assertThat(Rounding.toMinor(first, "USD")).isEqualTo(4);
        assertThat(Rounding.toMinor(second, "USD")).isEqualTo(11);
        assertThat(LargestRemainder.split(4, weights("0.4", "0.4", "0.4", "0.4", "0.4", "0.4", "1.0", "1.0")))
                .containsExactly(1, 1, 0, 0, 0, 0, 1, 1);
        assertThat(LargestRemainder.split(11, weights("1.4", "1.4", "1.4", "1.4", "1.4", "1.4", "1.4", "1.4")))
                .containsExactly(2, 2, 2, 1, 1, 1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"0, 100", "3, 100", "5, 100", "14, 140", "15, 150", "16, 80", "100, 500"})
    @DisplayName("O1: the tier that is reached prices all of it")
    void volumeTiers(String quantity, String expected) {
        PriceModel model = new Volume(tiers("5/0/100", "10/0/150", "15/10/0", "/5/0"));
        assertThat(Pricing.exact(model, decimal(quantity))).isEqualByComparingTo(expected);
    }

    @Test
    @DisplayName("O3: graduated tiers, some flat, some by unit")
    void graduatedTiersFlatAndByUnit() {
        PriceModel model = new Graduated(tiers("5/0/100", "10/0/50", "15/5/0", "/1/0"));
        assertThat(Pricing.exact(model, decimal("22"))).isEqualByComparingTo("182");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "9, 1", "10, 1", "11, 2"})
    @DisplayName("O8: a begun package counts")
    void packagesAreCountedUp(String quantity, String packages) {
        assertThat(Pricing.packages(decimal("10"), decimal(quantity))).isEqualByComparingTo(packages);
    }

    @ParameterizedTest
    @CsvSource({"1.235, USD, 124", "-1.235, USD, -124", "1.5, JPY, 2", "0.0005, KWD, 1", "0.0004, KWD, 0"})
    @DisplayName("O10: half a minor unit is rounded away from zero, to the currency's own exponent")
    void halfUpToTheCurrencysExponent(String exact, String currency, long minor) {
        assertThat(Rounding.toMinor(decimal(exact), currency)).isEqualTo(minor);
    }

    @Test
    @DisplayName("O12: five were billed, eight are known: the difference is billed")
    void whatWasBilledIsTakenOff() {
        Component component = component(new PerUnit(BigDecimal.TEN), "0");
        PriceBook book = book(component);
        long billed = MonthRating.usage(book, component, decimal("5")).amountMinor();
        long known = MonthRating.usage(book, component, decimal("8")).amountMinor();
        assertThat(Rounding.toMajor(known - billed, "USD")).isEqualByComparingTo("30");
    }

    @Test
    @DisplayName("K1: graduated, 111 units")
    void graduatedWithoutFlatFees() {
        PriceModel model = new Graduated(tiers("10/1.5/0", "110/1/0", "/0.5/0"));
        assertThat(Pricing.exact(model, decimal("111"))).isEqualByComparingTo("115.5");
    }

    @Test
    @DisplayName("F1: packages of 10 at 50, 25 units")
    void packagesOfTen() {
        assertThat(Pricing.exact(new Packaged(decimal("10"), decimal("50")), decimal("25")))
                .isEqualByComparingTo("150");
    }

    @Test
    @DisplayName("R1: the exact price is kept, the rounded one is only shown")
    void theExactPriceIsKept() {
        // $20 for a vCPU and month of 43,200 minutes, by the second: exact to 18 decimals, never a cent by itself
        BigDecimal second = decimal("20").divide(decimal("2592000"), 18, java.math.RoundingMode.HALF_UP);
        Quote quote = Quote.of(book(component(new PerUnit(second), "0")), 1000, 1024, 1);
        assertThat(quote.perHour().amountMinor()).isEqualTo(3);
        assertThat(quote.perHourExact()).isEqualTo("0.0277777777777776");
        assertThat(quote.perMonth().amountMinor()).isEqualTo(2028); // 730 hours of it, not 730 × 3
    }

    @Test
    void aFreeAllowanceIsSpentOnceAMonthHoweverTheMonthIsCut() {
        Component component = component(new PerUnit(decimal("0.01")), "100");
        PriceBook book = book(component);
        long first = MonthRating.usage(book, component, decimal("80")).amountMinor();
        long both = MonthRating.usage(book, component, decimal("130")).amountMinor();
        assertThat(first).isZero();
        assertThat(both - first).isEqualTo(30);
    }

    @Test
    void aMinimumIsTruedUpWhenTheMonthIsOverAndAMaximumHoldsAtOnce() {
        Component component = new Component(
                "vcpu_seconds", new PerUnit(BigDecimal.ONE), BigDecimal.ZERO, decimal("5.00"), decimal("8.00"));
        PriceBook book = new PriceBook(
                "standard",
                "USD",
                1,
                Instant.EPOCH,
                List.of(component),
                List.of(new dev.berth.billing.catalog.FixedFee("platform", decimal("3.00"))),
                decimal("10.00"));
        Map<String, BigDecimal> little = Map.of("vcpu_seconds", decimal("2"));
        assertThat(amounts(book, little, new MonthShare(50, 100, false)))
                .isEqualTo(Map.of("vcpu_seconds", 200L, "fixed:platform", 150L));
        assertThat(amounts(book, little, new MonthShare(100, 100, true)))
                .isEqualTo(Map.of(
                        "vcpu_seconds", 200L,
                        "fixed:platform", 300L,
                        "minimum:vcpu_seconds", 300L,
                        "minimum:minimum_per_month", 200L));
        assertThat(amounts(book, Map.of("vcpu_seconds", decimal("9")), new MonthShare(100, 100, true)))
                .containsEntry("vcpu_seconds", 800L);
    }

    private static Map<String, Long> amounts(PriceBook book, Map<String, BigDecimal> use, MonthShare share) {
        return MonthRating.rate(book, use, share).stream()
                .collect(java.util.stream.Collectors.toMap(Charge::key, Charge::amountMinor));
    }

    private static List<BigDecimal> weights(String... texts) {
        return Arrays.stream(texts).map(BigDecimal::new).toList();
    }

    /** Each {@code up_to/unit_price/flat}. */
    private static List<Tier> tiers(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.split("/", -1))
                .map(parts -> new Tier(upTo(parts[0]), decimal(parts[1]), decimal(parts[2])))
                .toList();
    }

    private static @Nullable BigDecimal upTo(String text) {
        return text.isEmpty() ? null : decimal(text);
    }

    private static Component component(PriceModel model, String free) {
        return new Component("vcpu_seconds", model, decimal(free), null, null);
    }

    private static PriceBook book(Component component) {
        return new PriceBook("standard", "USD", 1, Instant.EPOCH, List.of(component), List.of(), null);
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }
}
