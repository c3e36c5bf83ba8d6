package dev.berth.billing.invoice;

import dev.berth.billing.rating.Piece;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An interval as an invoice counts it: the part of it that lies in the invoice's period.
 *
 * @param correction whether it corrects an earlier invoice
 * @param piece the first piece of it, cut to the period
 * @param intervalEnd when the interval ended, as far as its pieces know
 * @param endMs where the part ends, in Unix milliseconds
 * @param egressBytes of all its pieces
 * @param sign -1 where it takes back what was billed, 1 otherwise
 * @param monthStart the month it is charged in
 */
record BilledInterval(
        boolean correction,
        Piece piece,
        @Nullable Instant intervalEnd,
        long endMs,
        long egressBytes,
        int sign,
        Instant monthStart) {

    /** Of one piece. */
    static BilledInterval of(Piece piece, boolean correction, int sign, Instant monthStart) {
        return new BilledInterval(
                correction, piece, piece.intervalEnd(), piece.endMs(), piece.egressBytes(), sign, monthStart);
    }

    /** Bytes of egress, less than zero where they are taken back. */
    long signedEgressBytes() {
        return sign * egressBytes;
    }

    long ms() {
        return sign * (endMs - piece.startMs());
    }
}
