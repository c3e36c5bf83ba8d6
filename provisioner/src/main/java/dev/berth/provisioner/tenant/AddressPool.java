package dev.berth.provisioner.tenant;

import java.util.Collection;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The addresses that tenants' networks are cut from, in equal blocks numbered from 0. Pure.
 *
 * <p>Goals: a block that nobody has. Constraints: blocks in {@code used} are other tenants' or were refused; ranges in
 * {@code taken} are other networks' of the engine. Algorithm: the first free block from {@code start} on, around the end.
 * Example: 10.200.0.0/13 in blocks of /26 has 8192; with start 5, block 5 used and 10.200.1.128/25 taken, blocks 6 and 7 overlap
 * with it, so block 8, 10.200.2.0/26, is chosen.
 */
public record AddressPool(Cidr pool, int blockPrefix) {
    public AddressPool {
        if (blockPrefix < pool.prefix() || blockPrefix > 28 || blockPrefix - pool.prefix() > 20) {
            throw new IllegalArgumentException(
                    "blocks of a pool %s are of a prefix %d to 28, not %d".formatted(pool, pool.prefix(), blockPrefix));
        }
    }

    /** How many blocks there are. */
    public int blocks() {
        return 1 << (blockPrefix - pool.prefix());
    }

    /** The addresses of a block. */
    public Cidr block(int number) {
        if (number < 0 || number >= blocks()) {
            throw new IllegalArgumentException("%s has blocks 0 to %d, not %d".formatted(pool, blocks() - 1, number));
        }
        return new Cidr(pool.address() + (number << (32 - blockPrefix)), blockPrefix);
    }

    /** The first block that is free; empty when none is. */
    public OptionalInt firstFree(Set<Integer> used, Collection<Cidr> taken, int start) {
        int from = Math.floorMod(start, blocks());
        for (int i = 0; i < blocks(); i++) {
            int number = (from + i) % blocks();
            if (!used.contains(number)) {
                Cidr block = block(number);
                if (taken.stream().noneMatch(block::overlaps)) {
                    return OptionalInt.of(number);
                }
            }
        }
        return OptionalInt.empty();
    }
}
