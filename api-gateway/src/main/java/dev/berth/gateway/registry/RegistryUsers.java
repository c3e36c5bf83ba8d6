package dev.berth.gateway.registry;

import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.workload.RegistryLogin;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Which workloads have images of which registries; implemented by the room of workloads. */
public interface RegistryUsers {
    /** A workload that is not removed, and the registry of its image. */
    record Use(String registry, WorkloadId workload, String name) {}

    /** All uses of an account's workloads. */
    List<Use> of(DSLContext dsl, AccountId account);

    /**
     * An account has other credentials for a registry, or none any more: the wishes of workloads whose image is of it follow, in the
     * caller's transaction, and no container of theirs is replaced.
     */
    void renew(AccountId account, String registry, @Nullable RegistryLogin login, Cause cause);
}
