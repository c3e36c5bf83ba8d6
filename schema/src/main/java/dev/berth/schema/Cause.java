package dev.berth.schema;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why something happened: the call that began it, carried in the headers of every event down to the interval and the invoice
 * line.
 *
 * @param operation the operation's id ({@code op_…})
 * @param actor who: {@code usr_…}, {@code key_…}, {@code trg_…} (a trigger's URL), the operator, or {@code berth} for what the platform did by itself
 * @param at when the call was accepted
 * @param traceparent the W3C Trace Context of the call, where there is one
 */
public record Cause(
        String operation,
        String actor,
        Instant at,
        @Nullable String traceparent) {

    /** What the platform does by itself, at an instant. */
    public static Cause platform(Instant at) {
        return new Cause(dev.berth.schema.id.OperationId.next().toString(), "berth", at, null);
    }
}
