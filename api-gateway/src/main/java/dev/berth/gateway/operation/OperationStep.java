package dev.berth.gateway.operation;

import dev.berth.schema.id.OperationId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operation changes of one thing.
 *
 * @param subject the id of the thing
 * @param verb such as {@code workload.scale}
 * @param generation of the wish with which it is through
 * @param undo what takes it back, where the verb does not say all of it
 * @param message why it is so, where there is something to say
 */
public record OperationStep(
        OperationId operation,
        String subject,
        String verb,
        long generation,
        Map<String, Object> undo,
        OperationState state,
        @Nullable String message,
        Instant deadlineAt,
        @Nullable Instant endedAt) {
    public OperationStep {
        undo = Map.copyOf(undo);
    }

    /** The kind of thing that a verb is about, its first word. */
    static String kind(String verb) {
        return verb.substring(0, verb.indexOf('.'));
    }

    /** The kind of its thing. */
    String kind() {
        return kind(verb);
    }

    /** The verb without the kind of thing. */
    public String action() {
        return verb.substring(verb.indexOf('.') + 1);
    }
}
