package dev.berth.billing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.billing.Billing;
import dev.berth.billing.catalog.PriceBooks.Publication;
import dev.berth.billing.customer.Customer;
import dev.berth.schema.account.AccountOpened;
import dev.berth.schema.id.AccountId;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("parts")
class PriceBooksTest {
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static Billing billing;

    @BeforeAll
    static void start() {
        billing = new Billing("2026-03-10T00:00:00Z");
    }

    @AfterAll
    static void close() {
        billing.close();
    }

    @Test
    void thereAreBooksInAllCurrenciesThatAnAccountMayHave() {
        assertThat(billing.books.currencies()).contains("EUR", "GBP", "JPY", "KWD", "USD");
        assertThat(billing.books.forPlan("starter", "USD", MARCH)).contains("standard");
        assertThat(billing.books.forPlan("showcase", "JPY", MARCH)).contains("showcase");
        assertThat(billing.books.forPlan("starter", "CHF", MARCH)).isEmpty();
    }

    @Test
    void aNewVersionTakesEffectInTheFutureAndPricesOnlyTheMonthsAfter() {
        assertThat(billing.books.publish(book("GBP", APRIL, "2"))).isEqualTo(new Publication.Published(2));
        assertThat(billing.books.publish(book("GBP", APRIL, "2"))).isEqualTo(new Publication.Known(2));
        assertThat(billing.books.publish(book("GBP", APRIL, "3"))).isInstanceOf(Publication.Refused.class);
        assertThat(billing.books.publish(book("GBP", MARCH, "3"))).isInstanceOf(Publication.Refused.class);
        assertThat(version("GBP", MARCH)).isEqualTo(1);
        assertThat(version("GBP", APRIL)).isEqualTo(2);
        assertThat(billing.books.publish(book("GBP", MAY, "3"))).isEqualTo(new Publication.Published(3));
        assertThat(version("GBP", APRIL)).isEqualTo(2);
        assertThat(version("GBP", MAY)).isEqualTo(3);
    }

    @Test
    void theOperatorsFolderIsReadAtEachStartAndNothingIsPublishedTwice(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("nok.yaml"), """
                name: standard
                currency: NOK
                effective_from: 2026-01-01T00:00:00Z
                components:
                  - {id: vcpu_seconds, model: per_unit, unit_price: "0.00002"}
                """);
        Files.writeString(folder.resolve("notes.txt"), "no book");
        billing.books.load(folder);
        billing.books.load(folder);
        PriceBook book = billing.books.inForce("standard", "NOK", MARCH).orElseThrow();
        assertThat(book.version()).isOne();
        assertThat(book.component("vcpu_seconds").orElseThrow().model())
                .isEqualTo(new PriceModel.PerUnit(new BigDecimal("0.00002")));
        Files.writeString(folder.resolve("broken.yml"), "name: [");
        assertThatThrownBy(() -> billing.books.load(folder)).isInstanceOf(InvalidPriceBook.class);
    }

    @Test
    void anAccountIsPinnedToABookThatIsInForceWhenItOpens() {
        billing.books.publish(book("pro", "EUR", APRIL, "2"));
        AccountId before = billing.open("pro", "EUR", "UTC");
        assertThat(billing.customers.find(before).orElseThrow().priceBook()).isEqualTo("standard");
        billing.clock.set(APRIL.plusSeconds(60));
        Customer berlin = billing.customers
                .find(billing.open("pro", "EUR", "Europe/Berlin"))
                .orElseThrow();
        assertThat(berlin.priceBook()).isEqualTo("pro");
        Instant itsApril = berlin.calendar().monthOf(billing.clock.instant()).start();
        assertThat(itsApril).as("two hours before the book").isEqualTo("2026-03-31T22:00:00Z");
        assertThat(billing.costs.bookOf(berlin, itsApril).version()).isOne();
        billing.clock.set(Instant.parse("2026-03-10T00:00:00Z"));
    }

    @Test
    void aCurrencyWhosePricesHaveNotBegunIsNotOffered() {
        billing.books.publish(book("standard", "DKK", MAY, "2"));
        assertThat(billing.books.currencies()).doesNotContain("DKK").contains("EUR");
        assertThat(billing.books.inForce("standard", "DKK", APRIL)).isEmpty();
    }

    @Test
    void anAccountInACurrencyWithoutPricesIsNotTaken() {
        AccountOpened event = new AccountOpened(
                AccountId.next(), "Name", "a@example.com", "starter", "SEK", "UTC", 1, 1, 1, 1, 1, MARCH);
        assertThatThrownBy(() -> billing.accounts(event)).hasMessageContaining("no price book in SEK");
        assertThat(billing.customers.find(event.account())).isEmpty();
    }

    private static int version(String currency, Instant at) {
        return billing.books.inForce("standard", currency, at).orElseThrow().version();
    }

    private static PriceBook book(String currency, Instant effectiveFrom, String price) {
        return book("standard", currency, effectiveFrom, price);
    }

    private static PriceBook book(String name, String currency, Instant effectiveFrom, String price) {
        return PriceBookFormat.readYaml("""
                name: %s
                currency: %s
                effective_from: %s
                components:
                  - {id: vcpu_seconds, model: per_unit, unit_price: "%s"}
                """.formatted(name, currency, effectiveFrom, price), 1);
    }
}
