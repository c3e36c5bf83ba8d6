package dev.berth.billing.invoice;

import dev.berth.schema.unit.Money;
import org.jspecify.annotations.Nullable;

/**
 * What the check of an evidence file comes to.
 *
 * @param finding the first row that disagrees; null when all agrees
 * @param about what the file says it is about; null when that cannot be read
 */
public record Verdict(@Nullable Finding finding, @Nullable About about) {

    /** Whether everything agrees. */
    public boolean agrees() {
        return finding == null;
    }

    /**
     * Where a file disagrees with what it was signed as, or with what comes out when it is computed again.
     *
     * @param row counts from 1, as lines of a text do
     * @param kind what the row is
     * @param field the field that disagrees, or {@code bytes} where the row cannot be read
     * @param meaning what that means
     */
    public record Finding(long row, String kind, String field, String expected, String found, String meaning) {
        @Override
        public String toString() {
            return "row %d (%s), field %s: expected %s, found %s: %s"
                    .formatted(row, kind, field, expected, found, meaning);
        }
    }

    /**
     * What was checked.
     *
     * @param document the hash of the invoice's document
     * @param recomputed the same hash of the document that came out; empty when it was not come to
     * @param pieces versions of pieces of use that were read
     */
    public record About(
            String invoice,
            String number,
            String account,
            String periodStart,
            String periodEnd,
            Money total,
            int lines,
            long pieces,
            int earlierInvoices,
            String document,
            String recomputed,
            String keyId,
            boolean keyPinned) {}
}
