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
        assertThat(pool.units()).isEqualTo(8192);
        assertThat(pool.unit(0)).hasToString("10.200.0.0/26");
        assertThat(pool.unit(8191)).hasToString("10.207.255.192/26");
        Set<String> all = IntStream.range(0, pool.units())
                .mapToObj(number -> pool.unit(number).toString())
                .collect(Collectors.toSet());
        assertThat(all).hasSize(8192);
        for (int number = 1; number < 200; number++) {
            assertThat(pool.unit(number).overlaps(pool.unit(number - 1))).isFalse();
            assertThat(pool.unit(number).overlaps(pool.pool())).isTrue();
        }
    }

    @Test
    void takesTheFirstBlockThatIsNeitherUsedNorTakenBySomethingElse() {
        List<Cidr> taken = List.of(pool.unit(5), Cidr.parse("10.200.1.128/25"));
        assertThat(pool.firstFree(taken, 26, 5)).hasValue(8);
        assertThat(pool.firstFree(taken, 24, 5)).hasValue(8);
        assertThat(pool.firstFree(List.of(pool.unit(9)), 24, 5)).hasValue(4);
        assertThat(pool.firstFree(List.of(pool.unit(5), pool.unit(9)), 24, 5)).hasValue(12);
        assertThat(pool.firstFree(List.of(Cidr.parse("10.0.0.0/8")), 26, 0)).isEmpty();
        assertThat(pool.firstFree(List.of(pool.unit(8191)), 26, 8191)).hasValue(0);
        assertThat(pool.firstFree(List.of(), 26, -1)).hasValue(8191);
    }

    @Test
    void aBlockHoldsEveryContainerThatTheAccountMayHaveAtOnce() {
        assertThat(pool.prefixFor(10)).isEqualTo(26);
        assertThat(pool.prefixFor(60)).isEqualTo(26);
        assertThat(pool.prefixFor(61))
                .as("61 and one that takes another's place")
                .isEqualTo(25);
        assertThat(pool.prefixFor(200)).isEqualTo(24);
        assertThat(pool.block(8, 24)).hasToString("10.200.2.0/24");
        assertThat(pool.unitOf(pool.block(8, 24))).isEqualTo(8);
        assertThat(pool.prefixFor(Integer.MAX_VALUE)).isEqualTo(13);
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

    @Test
    void keepsAQuarterForNewAccounts() {
        AddressPool pool = new AddressPool(Cidr.parse("10.200.0.0/24"), 27);
        assertThat(pool.ample(List.of())).isTrue();
        assertThat(pool.ample(List.of(Cidr.parse("10.200.0.0/25"), Cidr.parse("10.200.0.128/27"))))
                .isTrue();
        assertThat(pool.ample(List.of(Cidr.parse("10.200.0.0/25"), Cidr.parse("10.200.0.128/26"))))
                .isFalse();
        assertThat(pool.ample(List.of(Cidr.parse("10.200.0.0/26"), Cidr.parse("172.16.0.0/12"))))
                .as("what is elsewhere takes nothing of it")
                .isTrue();
        assertThat(pool.ample(List.of(Cidr.parse("10.0.0.0/8")))).isFalse();
    }
}
