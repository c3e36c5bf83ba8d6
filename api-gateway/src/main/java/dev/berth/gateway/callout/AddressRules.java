package dev.berth.gateway.callout;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which addresses may be called for customers; pure. Public ones, by the registries of special-purpose addresses of IANA
 * (RFC 6890 and its updates), and those that the operator allows. Of IPv6 only global unicast (2000::/3) is public, without the parts
 * of it that stand for something else, so every form that carries an IPv4 address within it is refused.
 */
final class AddressRules {
    private static final Map<AddressRange, String> SPECIAL = new LinkedHashMap<>();

    static {
        special("an address of this host", "0.0.0.0/8", "::/128");
        special("a loopback address", "127.0.0.0/8", "::1/128");
        special("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10");
        special("an address of a carrier's network", "100.64.0.0/10");
        special("a link-local address, where clouds have their metadata", "169.254.0.0/16", "fe80::/10");
        special("an address of a cloud's metadata", "168.63.129.16/32");
        special("an address for protocols", "192.0.0.0/24", "192.88.99.0/24", "2001::/23");
        special("an address for documents", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24");
        special("an address for documents", "2001:db8::/32", "3fff::/20");
        special("an address for measurements", "198.18.0.0/15");
        special("a multicast address", "224.0.0.0/4", "ff00::/8");
        special("a reserved address", "240.0.0.0/4");
        special("an IPv4 address within an IPv6 one", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48");
        special("an IPv4 address within an IPv6 one", "2002::/16");
    }

    private static final AddressRange GLOBAL_UNICAST = AddressRange.parse("2000::/3");

    private final List<AddressRange> allowed;

    /** The rules with what the operator allows beside public addresses, and without TLS too. */
    AddressRules(List<AddressRange> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    private static void special(String what, String... ranges) {
        for (String range : ranges) {
            SPECIAL.put(AddressRange.parse(range), what);
        }
    }

    /**
     * Why an address may not be called; empty when it may.
     *
     * @param secure whether it is called with TLS
     */
    Optional<String> refusal(InetAddress address, boolean secure) {
        if (allowed.stream().anyMatch(range -> range.contains(address))) {
            return Optional.empty();
        }
        Optional<String> special = special(address);
        return special.isPresent() || secure ? special : Optional.of("an address that is called with https only");
    }

    /** What an address is if it is not public. */
    static Optional<String> special(InetAddress address) {
        for (Map.Entry<AddressRange, String> one : SPECIAL.entrySet()) {
            if (one.getKey().contains(address)) {
                return Optional.of(one.getValue());
            }
        }
        return address instanceof Inet6Address && !GLOBAL_UNICAST.contains(address)
                ? Optional.of("no global address")
                : Optional.empty();
    }
}
