package dev.berth.provisioner.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPoolTest {
    private final AddressPool pool = new TenantProperties("10.200.0.0/13", 26, "default").pool();

    @Test
    void holdsThousandsOfAccountsInBlocksThatDoNotOverlap() {
        assertThat(pool.blocks()).isEqualTo(8192);
        assertThat(pool.block(0)).hasToString("10.200.0.0/26");
        assertThat(pool.block(8191)).hasToString("10.207.255.192/26");
        Set<String> all = IntStream.range(0, pool.blocks())
                .mapToObj(number -> pool.block(number).toString())
                .collect(Collectors.toSet());
        assertThat(all).hasSize(8192);
        for (int number = 1; number < 200; number++) {
            assertThat(pool.block(number).overlaps(pool.block(number - 1))).isFalse();
            assertThat(pool.block(number).overlaps(pool.pool())).isTrue();
        }
    }

    @Test
    void takesTheFirstBlockThatIsNeitherUsedNorTakenBySomethingElse() {
        assertThat(pool.firstFree(Set.of(5), List.of(Cidr.parse("10.200.1.128/25")), 5))
                .hasValue(8);
        assertThat(pool.firstFree(Set.of(), List.of(Cidr.parse("10.0.0.0/8")), 0))
                .isEmpty();
        assertThat(pool.firstFree(Set.of(8191), List.of(), 8191)).hasValue(0);
        assertThat(pool.firstFree(Set.of(), List.of(), -1)).hasValue(8191);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0.1/24",
                "256.0.0.0/8",
                "fd00::/8",
                "10.0.0.0/8/8",
                "a.b.c.d/8"
            })
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Cidr.ofEngine(text)).isEmpty();
    }

    @Test
    void refusesBlocksThatAreLargerThanThePoolOrTooSmallForContainers() {
        assertThatThrownBy(() -> new AddressPool(Cidr.parse("10.0.0.0/24"), 20))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressPool(Cidr.parse("10.0.0.0/24"), 30))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
