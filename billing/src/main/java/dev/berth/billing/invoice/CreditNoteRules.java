package dev.berth.billing.invoice;

import dev.berth.billing.rating.LargestRemainder;
import dev.berth.billing.rating.Tax;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Which part of an invoice's tax a credit note takes back. Pure; amounts in minor units.
 *
 * <p>Goals: notes over the whole of an invoice take back exactly its tax, in however many parts (vector L28); with several rates each
 * group gives its share. Algorithm: the net is split over what is left of each group's base by largest remainder; a group's tax is that
 * of all that was taken back of it so far, less what notes before took.
 *
 * <p>Example: 76,900 at 20 % is 15,380 of tax; notes of 72,686 and 4,214 take back 14,537 and 843.
 */
final class CreditNoteRules {
    /** A group of the invoice, and what notes before took back of its base. */
    record Group(String group, String label, BigDecimal rate, long baseMinor, long taxMinor, long takenMinor) {
        long leftMinor() {
            return baseMinor - takenMinor;
        }

        /** The tax of a part of the base; of all of it the invoice's own. */
        private long taxOn(long netMinor) {
            return netMinor == baseMinor ? taxMinor : Tax.on(netMinor, rate);
        }
    }

    /** What of a group is taken back. */
    record Part(Group group, long netMinor, long taxMinor) {}

    private CreditNoteRules() {}

    /** The net that is not taken back yet. */
    static long left(List<Group> groups) {
        return groups.stream().mapToLong(Group::leftMinor).reduce(0, Math::addExact);
    }

    /**
     * Splits.
     *
     * @param netMinor 1 to {@link #left}
     */
    static List<Part> of(List<Group> groups, long netMinor) {
        long[] nets = LargestRemainder.split(
                netMinor,
                groups.stream()
                        .map(group -> BigDecimal.valueOf(group.leftMinor()))
                        .toList());
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < nets.length; i++) {
            Group group = groups.get(i);
            long before = group.taxOn(group.takenMinor());
            long tax = Math.subtractExact(group.taxOn(Math.addExact(group.takenMinor(), nets[i])), before);
            if (nets[i] != 0 || tax != 0) {
                parts.add(new Part(group, nets[i], tax));
            }
        }
        return parts;
    }
}
