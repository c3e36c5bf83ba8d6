package dev.berth.gateway.operation;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where an operation, or a step of one, is. In the order in which one of several steps tells of the whole. */
public enum OperationState {
    /** It goes on. */
    RUNNING,
    /** It could not be done, and is not tried any more unless somebody asks. */
    FAILED,
    /** It was not through by its deadline. Berth still goes on with the wish. */
    TIMED_OUT,
    /** Somebody took it back. */
    CANCELLED,
    /** A later change of the same thing took its place. */
    SUPERSEDED,
    /** Things are as they were asked for. */
    SUCCEEDED;

    /** Its name in JSON. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it goes no further. */
    public boolean isOver() {
        return this != RUNNING;
    }

    static OperationState stored(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /**
     * Reads a filter.
     *
     * @throws Refusal 422 for a word that is none
     */
    static OperationState asked(String text) {
        return Arrays.stream(values())
                .filter(state -> state.text().equals(text))
                .findFirst()
                .orElseThrow(() -> Refusal.of(ErrorCode.INVALID, "state is not known.")
                        .field(
                                "state",
                                "must be one of "
                                        + Arrays.stream(values())
                                                .map(OperationState::text)
                                                .collect(Collectors.joining(", "))));
    }
}
