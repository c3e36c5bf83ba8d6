package dev.berth.gateway.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.TriggerId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as the API answers it.
 *
 * @param uses how many calls were taken
 * @param url where it is called; in the answer that makes it and nowhere else
 */
public record TriggerView(
        TriggerId id,
        WorkloadId workload,
        String name,
        TriggerAction action,
        @Nullable Integer replicas,
        @Nullable Integer step,
        @Nullable Integer min,
        @Nullable Integer max,
        String createdBy,
        Instant createdAt,
        @JsonInclude @Nullable Instant lastUsedAt,
        long uses,
        @Nullable String url) {
    static TriggerView of(Trigger trigger, @Nullable String url) {
        Trigger.Scale scale = trigger.does() instanceof Trigger.Scale one ? one : null;
        return new TriggerView(
                trigger.id(),
                trigger.workload(),
                trigger.name(),
                trigger.does().action(),
                scale == null ? null : scale.replicas(),
                scale == null ? null : scale.step(),
                scale == null ? null : scale.min(),
                scale == null ? null : scale.max(),
                trigger.createdBy(),
                trigger.createdAt(),
                trigger.lastUsedAt(),
                trigger.uses(),
                url);
    }

    @Override
    public String toString() {
        return "TriggerView[id=" + id + "]";
    }
}
