package dev.berth.billing.invoice;

import dev.berth.billing.rating.Piece;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces that metering cut at the hours together again: consecutive pieces of one interval become one. Pieces come by
 * container and time. Not thread-safe.
 */
final class IntervalMerger {
    private final Instant monthStart;
    private final Consumer<BilledInterval> out;
    private @Nullable BilledInterval open;

    IntervalMerger(Instant monthStart, Consumer<BilledInterval> out) {
        this.monthStart = monthStart;
        this.out = out;
    }

    void add(Piece piece) {
        BilledInterval before = open;
        if (before != null && continues(before, piece)) {
            Instant end = piece.intervalEnd() == null ? before.intervalEnd() : piece.intervalEnd();
            open = new BilledInterval(
                    false,
                    before.piece(),
                    end,
                    piece.endMs(),
                    Math.addExact(before.egressBytes(), piece.egressBytes()),
                    1,
                    monthStart);
        } else {
            end();
            open = BilledInterval.of(piece, false, 1, monthStart);
        }
    }

    /** Hands over the last one. */
    void end() {
        BilledInterval last = open;
        if (last != null) {
            out.accept(last);
            open = null;
        }
    }

    private static boolean continues(BilledInterval before, Piece piece) {
        Piece first = before.piece();
        return before.endMs() == piece.startMs()
                && first.container().equals(piece.container())
                && first.intervalStart().equals(piece.intervalStart())
                && first.cpuMillis() == piece.cpuMillis()
                && first.memoryMib() == piece.memoryMib()
                && first.volumeGib() == piece.volumeGib()
                && first.billed() == piece.billed()
                && Objects.equals(first.zeroReason(), piece.zeroReason());
    }
}
