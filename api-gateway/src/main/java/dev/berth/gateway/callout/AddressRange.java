package dev.berth.gateway.callout;

import java.net.InetAddress;

/**
 * Addresses that begin with the same bits (CIDR, RFC 4632).
 *
 * @param network the first of them
 * @param prefix how many bits are the same
 */
record AddressRange(InetAddress network, int prefix) {
    AddressRange {
        int bits = network.getAddress().length * Byte.SIZE;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("a range of %s has a length from 0 to %d, not %d"
                    .formatted(network.getHostAddress(), bits, prefix));
        }
        if (!isZeroFrom(network.getAddress(), prefix)) {
            throw new IllegalArgumentException(
                    "%s/%d has bits behind its length".formatted(network.getHostAddress(), prefix));
        }
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; no name is looked up.
     *
     * @throws IllegalArgumentException for anything else
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'%s' is no range such as 10.0.0.0/8".formatted(text));
        }
        try {
            return new AddressRange(
                    InetAddress.ofLiteral(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'%s' is no range such as 10.0.0.0/8".formatted(text), e);
        }
    }

    /** Whether an address is one of them; one of another family never is. */
    boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            if (bit(mine, bit) != bit(other, bit)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZeroFrom(byte[] bytes, int from) {
        for (int bit = from; bit < bytes.length * Byte.SIZE; bit++) {
            if (bit(bytes, bit) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int bit(byte[] bytes, int number) {
        return bytes[number / Byte.SIZE] >> (Byte.SIZE - 1 - number % Byte.SIZE) & 1;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
