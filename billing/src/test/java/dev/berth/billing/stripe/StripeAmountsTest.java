package dev.berth.billing.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.Stripe;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripeAmountsTest {
    private static final String[] CURRENCIES = {"EUR", "USD", "JPY", "KRW", "KWD", "TND", "ISK", "UGX", "MGA"};

    @ParameterizedTest
    @CsvSource({
        "EUR, 1234, 1234, 1234",
        "JPY, 500, 500, 500",
        "KWD, 1235, 1230, 1230",
        "KWD, 1230, 1230, 1230",
        "KWD, 9, 0, 0",
        "ISK, 5, 5, 500",
        "UGX, 5, 5, 500",
        "MGA, 12345, 12300, 123"
    })
    void amountsAreInTheUnitsThatStripeHas(String currency, long minor, long chargeable, long atStripe) {
        assertThat(StripeAmounts.chargeable(minor, currency)).isEqualTo(chargeable);
        assertThat(StripeAmounts.toStripe(chargeable, currency)).isEqualTo(atStripe);
    }

    @Test
    void whatStripeHasNoUnitForIsRefusedAndNotRounded() {
        assertThatThrownBy(() -> StripeAmounts.toStripe(1235, "KWD")).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void whatIsChargedIsWhatComesBackAndAtMostWhatIsOwed(
            @ForAll @IntRange(max = 8) int currency, @ForAll @LongRange(max = 1_000_000_000_000L) long minor) {
        String code = CURRENCIES[currency];
        long chargeable = StripeAmounts.chargeable(minor, code);
        assertThat(chargeable).isBetween(Math.max(0, minor - 99), minor);
        assertThat(StripeAmounts.fromStripe(StripeAmounts.toStripe(chargeable, code), code))
                .isEqualTo(chargeable);
    }

    @Test
    void theVersionOfTheApiIsTheOneWhoseEventsAreUnderstood() {
        assertThat(Stripe.API_VERSION).isEqualTo("2026-07-29." + StripeApi.MAJOR);
    }
}
