package dev.berth.provisioner.tenant;

import java.util.Optional;

/** A range of IPv4 addresses in CIDR notation (RFC 4632). */
public record Cidr(int address, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("a prefix is 0 to 32, not %d".formatted(prefix));
        }
        if ((address & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException("%s/%d has bits behind its prefix".formatted(text(address), prefix));
        }
    }

    /**
     * Reads {@code a.b.c.d/n}.
     *
     * @throws IllegalArgumentException if it is none, or has bits behind its prefix
     */
    public static Cidr parse(String text) {
        String[] parts = text.split("[./]", -1);
        if (parts.length != 5 || !text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
            throw new IllegalArgumentException("an address range looks like 10.200.0.0/13, not '%s'".formatted(text));
        }
        int address = 0;
        for (int i = 0; i < 4; i++) {
            int octet = Integer.parseInt(parts[i]);
            if (octet > 255) {
                throw new IllegalArgumentException("'%s' is no IPv4 address range".formatted(text));
            }
            address = (address << 8) | octet;
        }
        return new Cidr(address, Integer.parseInt(parts[4]));
    }

    /** Reads a range of the engine; empty when it is not of IPv4. */
    public static Optional<Cidr> ofEngine(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether any address is in both. */
    public boolean overlaps(Cidr other) {
        int mask = mask(Math.min(prefix, other.prefix));
        return (address & mask) == (other.address & mask);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    private static String text(int address) {
        return "%d.%d.%d.%d".formatted(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255);
    }

    @Override
    public String toString() {
        return text(address) + "/" + prefix;
    }
}
