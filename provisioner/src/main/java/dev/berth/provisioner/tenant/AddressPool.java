package dev.berth.provisioner.tenant;

import java.util.Collection;
import java.util.OptionalInt;

/**
 * The addresses that tenants' networks are cut from, in units numbered from 0; a block is one unit, or a power of two of them for
 * an account with many containers. Pure.
 *
 * <p>Goals: a block that nobody has, and that holds every container that the account may have at once. Constraints: ranges in
 * {@code taken} are other tenants', other networks' of the engine, or were refused; a block begins at a multiple of its size.
 * Algorithm: the first free block from the unit {@code start} on, around the end. Example: 10.200.0.0/13 in units of /26 has 8192;
 * with start 5, unit 5 and 10.200.1.128/25 taken, units 6 and 7 overlap with it, so unit 8, 10.200.2.0/26, is chosen; a
 * block of /24 is four units, and the one at unit 8 is free as well.
 */
public record AddressPool(Cidr pool, int unitPrefix) {
    /** Of each network: its own address, that of the bridge, and the one for all. */
    private static final int NOT_FOR_CONTAINERS = 3;

    /** How many containers an account may have for a moment beyond its limit, while a new one takes an old one's place. */
    private static final int SURGE = 1;

    public AddressPool {
        if (unitPrefix < pool.prefix() || unitPrefix > 28 || unitPrefix - pool.prefix() > 20) {
            throw new IllegalArgumentException(
                    "blocks of a pool %s are of a prefix %d to 28, not %d".formatted(pool, pool.prefix(), unitPrefix));
        }
    }

    /** How many units there are. */
    public int units() {
        return 1 << (unitPrefix - pool.prefix());
    }

    /** The addresses of one unit. */
    public Cidr unit(int number) {
        return block(number, unitPrefix);
    }

    /** The addresses of a block that begins at a unit. */
    public Cidr block(int unit, int prefix) {
        if (unit < 0 || unit >= units()) {
            throw new IllegalArgumentException("%s has units 0 to %d, not %d".formatted(pool, units() - 1, unit));
        }
        return new Cidr(pool.address() + (unit << (32 - unitPrefix)), prefix);
    }

    /** The unit at which a block of the pool begins. */
    public int unitOf(Cidr block) {
        return (block.address() - pool.address()) >>> (32 - unitPrefix);
    }

    /** The prefix of the block for an account that may have so many containers; the whole pool where even that is too small. */
    public int prefixFor(int containers) {
        int prefix = unitPrefix;
        while (prefix > pool.prefix() && room(prefix) < (long) containers + SURGE) {
            prefix--;
        }
        return prefix;
    }

    /** How many containers a network of this prefix holds. */
    public static long room(int prefix) {
        return (1L << (32 - prefix)) - NOT_FOR_CONTAINERS;
    }

    /** Whether so much is free that accounts may have more than the network of their own: a quarter is kept for new accounts. */
    public boolean ample(Collection<Cidr> taken) {
        long units = taken.stream()
                .filter(pool::overlaps)
                .mapToLong(block -> 1L << Math.max(0, unitPrefix - Math.max(block.prefix(), pool.prefix())))
                .sum();
        return units < units() - units() / 4;
    }

    /** The unit at which the first free block begins; empty when none is. */
    public OptionalInt firstFree(Collection<Cidr> taken, int prefix, int start) {
        int step = 1 << (unitPrefix - prefix);
        int from = Math.floorMod(start, units()) / step * step;
        for (int i = 0; i < units(); i += step) {
            int unit = (from + i) % units();
            Cidr block = block(unit, prefix);
            if (taken.stream().noneMatch(block::overlaps)) {
                return OptionalInt.of(unit);
            }
        }
        return OptionalInt.empty();
    }
}
