package dev.berth.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.stripe.card.CardNumber;
import dev.berth.stripe.card.Money;
import dev.berth.stripe.card.TestCard;
import dev.berth.stripe.wire.StripeError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    @ParameterizedTest
    @CsvSource({"usd, 50", "eur, 50", "gbp, 30", "jpy, 50", "huf, 17500", "krw, 1", "kwd, 10", "isk, 100"})
    void theLeastAmountOfACurrencyIsTakenAndOneLessIsNot(String currency, long least) {
        assertThatCode(() -> Money.check(least, currency)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Money.check(least - 1, currency)).isInstanceOf(StripeError.class);
    }

    @Test
    void whatACurrencyCannotExpressIsRefused() {
        assertThatThrownBy(() -> Money.check(1_005, "kwd")).hasMessageContaining("last digit");
        assertThatThrownBy(() -> Money.check(150, "isk")).hasMessageContaining("whole");
        assertThatThrownBy(() -> Money.check(100_000_000, "usd")).hasMessageContaining("999999.99 usd");
        assertThatThrownBy(() -> Money.currency("xyz")).hasMessageContaining("Invalid currency: xyz");
        assertThat(Money.shown(1_000, "jpy")).isEqualTo("1000 jpy");
        assertThat(Money.shown(1_000, "kwd")).isEqualTo("1.000 kwd");
    }

    @Test
    void everyTestCardHasAValidNumberAndANameOfItsOwn() {
        assertThat(TestCard.all()).allMatch(card -> CardNumber.valid(card.number()));
        assertThat(TestCard.all().stream().map(TestCard::token).distinct()).hasSameSizeAs(TestCard.all());
        assertThat(CardNumber.valid("4242424242424241")).isFalse();
    }
}
