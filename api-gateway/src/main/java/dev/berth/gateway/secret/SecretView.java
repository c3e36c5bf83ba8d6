package dev.berth.gateway.secret;

import dev.berth.schema.id.SecretId;
import dev.berth.schema.id.WorkloadId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/** A secret as the API answers it: everything but its value, which is never answered. */
public record SecretView(
        SecretId id, String name, int version, List<User> usedBy, Instant createdAt, Instant updatedAt) {
    /** A workload that uses it. */
    @Schema(name = "SecretUser")
    public record User(WorkloadId workload, String name) {}
}
