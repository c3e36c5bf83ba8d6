package dev.berth.gateway.callout;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of a call. */
public sealed interface TargetAnswer {
    /**
     * The target answered.
     *
     * @param body the beginning of it, as text that can be stored and shown
     * @param retryAfter how long it asks to be left alone; null where it does not
     */
    record Answered(int status, String body, @Nullable Duration retryAfter) implements TargetAnswer {}

    /**
     * It did not.
     *
     * @param why in words
     */
    record Unreached(String why) implements TargetAnswer {}
}
