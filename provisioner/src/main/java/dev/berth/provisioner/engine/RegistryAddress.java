package dev.berth.provisioner.engine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Where a registry may be: anywhere on the internet, and in no network that only the host reaches. A tenant chooses the name, and
 * who owns a name chooses what it resolves to. The engine resolves it once more when it pulls, so this does not stop a name
 * that means something else a moment later; a firewall does.
 */
final class RegistryAddress {
    private RegistryAddress() {}

    /**
     * Resolves a host; answers one of its addresses.
     *
     * @param allowed whether the operator allows this host wherever it is
     * @throws EngineException.Refused if any of its addresses is internal
     * @throws EngineException.Failed if there is no such host
     */
    static InetAddress resolve(String host, boolean allowed) {
        try {
            InetAddress[] all = InetAddress.getAllByName(host);
            for (InetAddress address : all) {
                if (!allowed && isInternal(address)) {
                    throw new EngineException.Refused(
                            "the registry '%s' is in an internal network; use a public one".formatted(host), null);
                }
            }
            return all[0];
        } catch (UnknownHostException e) {
            throw new EngineException.Failed("no such host: '%s'".formatted(host), e);
        }
    }

    /** Special-purpose addresses by the registries of IANA (RFC 6890), and translations of IPv4 into IPv6. */
    static boolean isInternal(InetAddress address) {
        byte[] b = address.getAddress();
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        boolean special = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress();
        if (address instanceof Inet4Address) {
            return special
                    || first == 0
                    || first >= 240
                    || (first == 100 && second >= 64 && second < 128)
                    || (first == 198 && (second == 18 || second == 19))
                    || (first == 192 && second == 0 && b[2] == 0);
        }
        boolean global = (first & 0xe0) == 0x20; // 2000::/3
        boolean translated = first == 0x20 && second == 0x02; // 6to4
        return special || !global || translated;
    }
}
