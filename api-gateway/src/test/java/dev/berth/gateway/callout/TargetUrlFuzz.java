package dev.berth.gateway.callout;

import static dev.berth.schema.testing.FuzzTarget.must;

import dev.berth.schema.testing.FuzzTarget;
import java.net.InetAddress;
import java.util.List;

/** URLs that are called for customers: one that is taken is read the same again, and an address in it is public, or refused. */
final class TargetUrlFuzz implements FuzzTarget {
    private static final List<String> NEVER =
            List.of("127.", "10.", "192.168.", "169.254.", "0.", "100.64.", "224.", "172.16.");

    private final AddressRules rules = new AddressRules(List.of());

    @Override
    public int executions() {
        return 60_000;
    }

    @Override
    public void execute(byte[] input) {
        String text = FuzzTarget.text(input);
        try {
            TargetUrl url = TargetUrl.parse(text);
            must(TargetUrl.parse(url.toString()).equals(url), "'%s' is read again as another", text);
            must(url.port() >= 1 && url.port() <= 65_535 && url.port() != 25, "the port %d", url.port());
            must(url.uri().getRawUserInfo() == null, "'%s' has a user", text);
            must(url.host().chars().allMatch(c -> c > ' ' && c < 0x7f), "the host '%s'", url.host());
            if (url.host().indexOf(':') >= 0 || url.host().matches("[0-9.]+")) {
                address(InetAddress.ofLiteral(url.host()));
            }
        } catch (IllegalArgumentException e) {
            must(e.getMessage() != null && !e.getMessage().isBlank(), "'%s' is refused without a word", text);
        }
        try {
            AddressRange range = AddressRange.parse(text);
            must(AddressRange.parse(range.toString()).equals(range), "%s is read again as another", range);
            must(range.contains(range.network()), "%s is not in itself", range);
        } catch (IllegalArgumentException e) {
            must(e.getMessage() != null, "'%s' is refused without a word", text);
        }
    }

    private void address(InetAddress address) {
        boolean open = rules.refusal(address, true).isEmpty();
        String text = address.getHostAddress();
        must(!open || NEVER.stream().noneMatch(text::startsWith), "%s may be called", text);
        must(
                !open
                        || !(address.isLoopbackAddress()
                                || address.isAnyLocalAddress()
                                || address.isLinkLocalAddress()
                                || address.isSiteLocalAddress()
                                || address.isMulticastAddress()),
                "%s may be called",
                text);
    }
}
