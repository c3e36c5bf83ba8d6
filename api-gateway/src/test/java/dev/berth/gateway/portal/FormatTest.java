package dev.berth.gateway.portal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.schema.unit.Money;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
    @ParameterizedTest
    @CsvSource({"JPY, 1234", "EUR, 12.34", "USD, 12.34", "KWD, 1.234", "BHD, 1.234"})
    void amountsHaveTheDecimalsOfTheirCurrency(String currency, String shown) {
        String number = Format.UTC.money(new Money(1234, currency)).replaceAll("[^0-9.]", "");
        assertThat(number).isEqualTo(shown);
    }
}
