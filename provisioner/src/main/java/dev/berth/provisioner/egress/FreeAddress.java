package dev.berth.provisioner.egress;

import dev.berth.provisioner.tenant.Cidr;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the address of a container on a network. Pure.
 *
 * <p>Goals: an address that nobody has, and far from those that the engine itself gives, which are the first. Algorithm: the last free one
 * before the address for all; the network's own and the bridge's are not for containers. Example: of 10.200.0.0/29 with .6 taken: .5.
 */
final class FreeAddress {
    private static final int FIRST = 2;

    private FreeAddress() {}

    /** One that is not taken; empty when all are. */
    static Optional<String> in(Cidr subnet, Set<String> taken) {
        long size = 1L << (32 - subnet.prefix());
        for (long offset = size - 2; offset >= FIRST; offset--) {
            String address = text(subnet.address() + (int) offset);
            if (!taken.contains(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    private static String text(int address) {
        return "%d.%d.%d.%d".formatted(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255);
    }
}
