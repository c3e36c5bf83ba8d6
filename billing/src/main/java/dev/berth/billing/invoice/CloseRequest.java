package dev.berth.billing.invoice;

import dev.berth.schema.Cause;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A close of the periods of all accounts as of an instant.
 *
 * @param at where the periods end
 * @param endedAt when the last one was ended; null while the loop is at it
 * @param finishedAt when the last of them had its result; null before
 * @param cause who asked
 */
record CloseRequest(
        Instant at, @Nullable Instant endedAt, @Nullable Instant finishedAt, Cause cause) {
    /** How far it is, as the API says it. */
    String state() {
        if (finishedAt != null) {
            return "finished";
        }
        return endedAt == null ? "closing" : PeriodState.WAITING_FOR_WATERMARK.text();
    }
}
