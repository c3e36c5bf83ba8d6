package dev.berth.gateway.operation;

import org.jspecify.annotations.Nullable;

/** What is to be said of a step now. */
public record Verdict(OperationState state, @Nullable String message) {
    /** It goes on. */
    public static Verdict goesOn(@Nullable String message) {
        return new Verdict(OperationState.RUNNING, message);
    }

    /** It is done. */
    public static Verdict done() {
        return new Verdict(OperationState.SUCCEEDED, null);
    }

    /** It cannot be done. */
    public static Verdict failed(@Nullable String message) {
        return new Verdict(OperationState.FAILED, message);
    }

    /** Something else is wished by now. */
    public static Verdict superseded(String message) {
        return new Verdict(OperationState.SUPERSEDED, message);
    }
}
