package dev.berth.billing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceBookFormatTest {
    private static final String BOOK = """
            name: standard
            currency: USD
            effective_from: 2026-01-01T00:00:00Z
            components:
              - {id: vcpu_seconds, model: per_unit, unit_price: "0.0000125", free_per_month: "180000"}
              - id: gib_seconds
                model: graduated
                tiers:
                  - {up_to: "1000000", unit_price: "0.0000015", flat: "0"}
                  - {unit_price: "0.0000012"}
                minimum: "0"
                maximum: "50.00"
              - {id: egress_gib, model: package, package_size: "10", package_price: "1.00", free_per_month: "0"}
            fixed: [{id: platform, per_month: "5.00"}]
            minimum_per_month: "10.00"
            """;

    @Test
    void readsTheBookOfTheDocumentation() {
        PriceBook book = PriceBookFormat.readYaml(BOOK, 3);
        assertThat(book.version()).isEqualTo(3);
        assertThat(book.components().stream().map(Component::id))
                .containsExactly("vcpu_seconds", "gib_seconds", "egress_gib");
        assertThat(book.component("vcpu_seconds").orElseThrow().model())
                .isEqualTo(new PriceModel.PerUnit(new BigDecimal("0.0000125")));
        assertThat(PriceBookFormat.write(PriceBookFormat.read(PriceBookFormat.write(book), 3)))
                .isEqualTo(PriceBookFormat.write(book));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unit_price: \"0.0000125\" => unit_price: 0.0000125 => unit_price",
                "unit_price: \"0.0000125\" => unit_price: \"-1\" => unit_price",
                "unit_price: \"0.0000125\" => unit_price: \"1e9\" => unit_price",
                "unit_price: \"0.0000125\" => unitprice: \"1\" => unitprice",
                "model: per_unit => model: free => model",
                "currency: USD => currency: DOLLARS => price_book",
                "effective_from: 2026-01-01T00:00:00Z => effective_from: soon => effective_from",
                "id: egress_gib => id: vcpu_seconds => priced twice",
                "up_to: \"1000000\" => up_to: \"0\" => up_to",
                "{unit_price: \"0.0000012\"} => {up_to: \"2\", unit_price: \"1\"} => up_to",
                "package_size: \"10\" => package_size: \"0\" => package_size",
                "minimum: \"0\" => minimum: \"51\" => minimum",
                "name: standard => name: Standard! => name",
            })
    void refusesWhatCouldGiveSomethingAwayAndNamesTheField(String change) {
        String[] parts = change.split(" => ");
        String broken = BOOK.replace(parts[0], parts[1]);
        assertThat(broken).isNotEqualTo(BOOK);
        assertThatThrownBy(() -> PriceBookFormat.readYaml(broken, 1))
                .isInstanceOf(InvalidPriceBook.class)
                .hasMessageContaining(parts[2]);
    }

    @ParameterizedTest
    @CsvSource({
        "unit_price: \"0.0000125\", unit_price: \"x\", 5",
        "model: graduated, model: free, 7",
        "up_to: \"1000000\", upto: \"1000000\", 9",
        "currency: USD, currency: 7, 2",
        "id: platform, id: Platform, 14",
        "minimum_per_month: \"10.00\", minimum_per_month: 10.00, 15",
        "name: standard, title: standard, 1",
    })
    void namesTheLine(String from, String to, int line) {
        String broken = BOOK.replace(from, to);
        assertThat(broken).isNotEqualTo(BOOK);
        assertThatThrownBy(() -> PriceBookFormat.readYaml(broken, 1))
                .hasMessageContaining("(line %d): ".formatted(line));
    }

    @Property(tries = 300)
    void whatIsWrittenAsYamlIsReadAsTheSame(@ForAll("books") PriceBook book) {
        assertThat(PriceBookFormat.write(PriceBookFormat.readYaml(PriceBookFormat.writeYaml(book), book.version())))
                .isEqualTo(PriceBookFormat.write(book));
    }

    @Provide
    Arbitrary<PriceBook> books() {
        Arbitrary<BigDecimal> price = Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, new BigDecimal("1000000"))
                .ofScale(12);
        Arbitrary<PriceModel> tiers = price.list().ofMinSize(1).ofMaxSize(5).map(prices -> {
            List<Tier> all = new ArrayList<>();
            for (int i = 0; i < prices.size(); i++) {
                BigDecimal upTo = i == prices.size() - 1 ? null : BigDecimal.valueOf(i + 1L);
                all.add(new Tier(upTo, prices.get(i), prices.get(0)));
            }
            return prices.size() % 2 == 0 ? new PriceModel.Graduated(all) : new PriceModel.Volume(all);
        });
        Arbitrary<PriceModel> models = Arbitraries.oneOf(
                price.map(PriceModel.PerUnit::new),
                tiers,
                price.map(one -> new PriceModel.Packaged(one.add(BigDecimal.ONE), one)));
        Arbitrary<Component> components = Combinators.combine(
                        Arbitraries.strings()
                                .withCharRange('a', 'z')
                                .ofMinLength(1)
                                .ofMaxLength(20),
                        models,
                        price)
                .as((id, model, free) -> new Component(id, model, free, null, free));
        return Combinators.combine(
                        components.list().uniqueElements(Component::id).ofMaxSize(6),
                        price.injectNull(0.5),
                        Arbitraries.longs().between(0, 4_000_000_000L))
                .as((list, minimum, at) -> new PriceBook(
                        "no", // which is a word of YAML for false
                        "EUR",
                        4,
                        Instant.ofEpochSecond(at),
                        list,
                        List.of(new FixedFee("platform", new BigDecimal("1e1"))),
                        minimum));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "just text", "[1, 2]", "a: &a [*a, *a]", "{", "name: !!java.util.Date 2020-01-01"})
    void refusesWhatIsNoBookAtAll(String text) {
        assertThatThrownBy(() -> PriceBookFormat.readYaml(text, 1)).isInstanceOf(InvalidPriceBook.class);
    }

    @Test
    void everyBookThatComesWithBerthCanBeRead() throws Exception {
        List<Path> files;
        try (Stream<Path> found = Files.list(Path.of("src/main/resources/price_books"))) {
            files = found.sorted().toList();
        }
        assertThat(files).hasSize(10);
        for (Path file : files) {
            PriceBook book = PriceBookFormat.readYaml(Files.readString(file), 1);
            assertThat(file.getFileName())
                    .hasToString(
                            "%s-%s.yaml".formatted(book.name(), book.currency().toLowerCase(java.util.Locale.ROOT)));
            assertThat(book.component("vcpu_seconds")).isPresent();
            assertThat(book.component("gib_seconds")).isPresent();
        }
    }
}
