package dev.berth.gateway.registry;

import dev.berth.schema.id.WorkloadId;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;

/**
 * Credentials as the API answers them: everything but the password, which is never answered.
 *
 * @param registry which is also what they are called by in routes
 * @param version of username and password together
 * @param usedBy workloads whose image is of the registry
 */
public record RegistryCredentialView(
        String registry, String username, int version, List<User> usedBy, Instant createdAt, Instant updatedAt) {
    /** A workload whose image is of the registry. */
    @Schema(name = "RegistryCredentialUser")
    public record User(WorkloadId workload, String name) {}
}
