package dev.berth.gateway.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final AddressRules RULES = new AddressRules(List.of());

    @ParameterizedTest
    @CsvSource(textBlock = """
            0.0.0.0, this host
            0.255.255.255, this host
            10.0.0.1, private
            100.64.0.1, carrier
            100.100.100.200, carrier
            100.127.255.255, carrier
            127.0.0.1, loopback
            127.255.255.254, loopback
            169.254.169.254, link-local
            168.63.129.16, metadata
            172.16.0.1, private
            172.31.255.255, private
            192.0.0.192, protocols
            192.0.2.1, documents
            192.88.99.1, protocols
            192.168.255.255, private
            198.18.0.1, measurements
            198.19.255.255, measurements
            198.51.100.7, documents
            203.0.113.7, documents
            224.0.0.1, multicast
            239.255.255.255, multicast
            240.0.0.1, reserved
            255.255.255.255, reserved
            ::, this host
            ::1, loopback
            ::7f00:1, within
            ::ffff:127.0.0.1, loopback
            ::ffff:169.254.169.254, link-local
            ::ffff:0:127.0.0.1, within
            64:ff9b::7f00:1, within
            64:ff9b:1::a00:1, within
            100::1, no global
            2001::1, protocols
            2001:db8::1, documents
            2002:7f00:1::, within
            3fff::1, documents
            4000::1, no global
            5f00::1, no global
            fc00::1, private
            fd00:ec2::254, private
            fe80::1, link-local
            fec0::1, private
            ff02::1, multicast
            """)
    void whatIsNotPublicIsRefused(String address, String why) {
        InetAddress parsed = InetAddress.ofLiteral(address);
        assertThat(RULES.refusal(parsed, true).orElseThrow()).contains(why);
        assertThat(RULES.refusal(parsed, false)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:200::1",
                "2a00:1450::1"
            })
    void whatIsPublicMayBeCalledWithTls(String address) {
        assertThat(RULES.refusal(InetAddress.ofLiteral(address), true)).isEmpty();
        assertThat(RULES.refusal(InetAddress.ofLiteral(address), false).orElseThrow())
                .contains("https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "fd00::5"})
    void theOperatorMayAllowRangesAlsoWithoutTls(String address) {
        AddressRules rules =
                new AddressRules(List.of(AddressRange.parse("10.1.0.0/16"), AddressRange.parse("fd00::/64")));
        assertThat(rules.refusal(InetAddress.ofLiteral(address), false)).isEmpty();
        assertThat(rules.refusal(InetAddress.ofLiteral("10.2.2.3"), true)).isPresent();
        assertThat(rules.refusal(InetAddress.ofLiteral("fd00:0:0:1::5"), true)).isPresent();
        assertThat(rules.refusal(InetAddress.ofLiteral("127.0.0.1"), true)).isPresent();
    }

    @org.junit.jupiter.api.Test
    void anAddressWithAScopeOrOfTheMappedFormItselfIsRefused() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 8;
        assertThat(RULES.refusal(Inet6Address.getByAddress(null, mapped, 1), true))
                .isPresent();
        byte[] local = InetAddress.ofLiteral("fe80::1").getAddress();
        assertThat(RULES.refusal(Inet6Address.getByAddress(null, local, 3), true))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "host/8", "/8", ""})
    void whatIsNoRangeIsNotTakenForOne(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<InetAddress> addresses() {
        return Arbitraries.of(4, 16)
                .flatMap(size -> Arbitraries.bytes().array(byte[].class).ofSize(size))
                .map(AddressRulesTest::of);
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Provide
    Arbitrary<AddressRange> ranges() {
        return addresses()
                .flatMap(address -> Combinators.combine(
                                Arbitraries.just(address),
                                Arbitraries.integers().between(0, address.getAddress().length * 8))
                        .as(AddressRulesTest::range));
    }

    private static AddressRange range(InetAddress address, int prefix) {
        int bits = address.getAddress().length * 8;
        BigInteger network = new BigInteger(1, address.getAddress())
                .shiftRight(bits - prefix)
                .shiftLeft(bits - prefix);
        byte[] bytes = new byte[bits / 8];
        byte[] value = network.toByteArray();
        for (int i = 0; i < Math.min(bytes.length, value.length); i++) {
            bytes[bytes.length - 1 - i] = value[value.length - 1 - i];
        }
        InetAddress first = of(bytes);
        return new AddressRange(first, first.getAddress().length * 8 < prefix ? 32 : prefix);
    }

    /** Against plain arithmetic. */
    @Property
    void aRangeHasTheAddressesFromItsFirstToItsLast(
            @ForAll("ranges") AddressRange range, @ForAll("addresses") InetAddress address) {
        int bits = range.network().getAddress().length * 8;
        BigInteger first = new BigInteger(1, range.network().getAddress());
        BigInteger behind = first.add(BigInteger.ONE.shiftLeft(bits - range.prefix()));
        BigInteger value = new BigInteger(1, address.getAddress());
        boolean within =
                address.getAddress().length * 8 == bits && value.compareTo(first) >= 0 && value.compareTo(behind) < 0;
        assertThat(range.contains(address)).isEqualTo(within);
        assertThat(range.contains(range.network())).isTrue();
        assertThat(AddressRange.parse(range.toString())).isEqualTo(range);
    }

    /** Java knows some of the kinds itself; whatever it says of an address, the rules say too. */
    @Property
    void whatJavaTakesForLocalIsNeverPublic(@ForAll("addresses") InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            assertThat(AddressRules.special(address)).isPresent();
        }
    }

    @Property
    void noFormOfIpv6ThatCarriesALoopbackAddressIsPublic(@ForAll byte b, @ForAll byte c, @ForAll byte d) {
        byte[] v4 = {127, b, c, d};
        for (String prefix : List.of("::", "64:ff9b::", "64:ff9b:1::", "::ffff:0:0:0")) {
            byte[] bytes = InetAddress.ofLiteral(prefix).getAddress();
            System.arraycopy(v4, 0, bytes, 12, 4);
            assertThat(RULES.refusal(of(bytes), true)).isPresent();
        }
        byte[] sixToFour = InetAddress.ofLiteral("2002::").getAddress();
        System.arraycopy(v4, 0, sixToFour, 2, 4);
        assertThat(RULES.refusal(of(sixToFour), true)).isPresent();
    }
}
