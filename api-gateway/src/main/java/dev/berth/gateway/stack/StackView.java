package dev.berth.gateway.stack;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.workload.WorkloadView;
import dev.berth.schema.id.StackId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stack as the API answers it.
 *
 * @param findings what is to be said of the file; only in the answer to the request that sent it
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record StackView(
        StackId id,
        String name,
        long generation,
        String etag,
        Instant createdAt,
        Instant updatedAt,
        List<WorkloadView> workloads,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Finding> findings) {
    /** With what was found in the file that was sent. */
    StackView with(List<Finding> found) {
        return new StackView(id, name, generation, etag, createdAt, updatedAt, workloads, found);
    }
}
