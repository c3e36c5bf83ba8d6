package dev.berth.gateway.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.OperationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation as the API answers it. Its log are the events that it caused: {@code GET /v1/events?operation=}.
 *
 * @param verb what it is about, such as {@code workload.deploy}: of its first step
 * @param subject the id of what it changes: of its first step
 * @param actor who asked: {@code usr_…}, {@code key_…} or {@code operator}
 * @param address where the call came from
 * @param deadlineAt when it ends whether it is through or not
 * @param retryOf the operation that it does again
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OperationView(
        OperationId id,
        String verb,
        String subject,
        OperationState state,
        @Nullable String message,
        String actor,
        @Nullable String address,
        @Nullable OperationId retryOf,
        Instant acceptedAt,
        Instant deadlineAt,
        @Nullable Instant endedAt,
        List<Step> steps) {
    public OperationView {
        steps = List.copyOf(steps);
    }

    /** What it changes of one thing; through with the wish of {@code generation}. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Step(
            String subject,
            String verb,
            long generation,
            OperationState state,
            @Nullable String message,
            @Nullable Instant endedAt) {}
}
