package dev.berth.gateway.webhook;

import dev.berth.gateway.callout.TargetAnswer;
import dev.berth.gateway.callout.TargetAnswer.Answered;
import dev.berth.gateway.callout.TargetAnswer.Unreached;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt comes to; pure.
 *
 * @param state what the delivery is after it: succeeded, waiting for the next attempt, or failed for good
 * @param failures of the round, with this one
 * @param message why it failed; null for a success
 * @param gone whether the receiver said that it is gone for good (410)
 */
record Outcome(
        DeliveryState state,
        int failures,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer status,
        @Nullable String message,
        @Nullable String response,
        boolean gone) {
    private static final int GONE = 410;

    /**
     * Decides.
     *
     * @param failures of the round before this attempt
     * @param test whether there is one attempt only
     */
    static Outcome of(TargetAnswer answer, int failures, boolean test, Instant now, RandomGenerator random) {
        return switch (answer) {
            case Answered(int status, String body, Duration _)
            when status / 100 == 2 -> new Outcome(DeliveryState.SUCCEEDED, failures, null, status, null, body, false);
            case Answered(int status, String body, Duration _)
            when status == GONE ->
                new Outcome(DeliveryState.FAILED, failures + 1, null, status, "answered 410: it is gone", body, true);
            case Answered(int status, String body, Duration retryAfter) ->
                failed(
                        words(status),
                        status,
                        body,
                        test,
                        failures + 1,
                        now,
                        Schedule.wait(failures + 1, retryAfter, random));
            case Unreached(String why) ->
                failed(why, null, null, test, failures + 1, now, Schedule.wait(failures + 1, null, random));
        };
    }

    private static Outcome failed(
            String why,
            @Nullable Integer status,
            @Nullable String response,
            boolean test,
            int failures,
            Instant now,
            Optional<Duration> wait) {
        return test || wait.isEmpty()
                ? new Outcome(DeliveryState.FAILED, failures, null, status, why, response, false)
                : new Outcome(DeliveryState.WAITING, failures, now.plus(wait.get()), status, why, response, false);
    }

    private static String words(int status) {
        return status / 100 == 3
                ? "answered %d: redirects are not followed".formatted(status)
                : "answered %d".formatted(status);
    }

    /** The same, where the endpoint was disabled meanwhile. */
    Outcome held() {
        return state == DeliveryState.WAITING
                ? new Outcome(DeliveryState.HELD, failures, null, status, message, response, false)
                : this;
    }
}
