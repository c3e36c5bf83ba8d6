package dev.berth.gateway.workload;

import dev.berth.gateway.registry.RegistryName;
import dev.berth.gateway.registry.RegistryUsers;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.RegistryLogin;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says which workloads have images of which registries, and has their wishes follow other credentials. */
@Component
class RegistryHolders implements RegistryUsers {
    private final WorkloadRepository repository;
    private final Workloads workloads;
    private final DSLContext dsl;

    RegistryHolders(WorkloadRepository repository, Workloads workloads, DSLContext dsl) {
        this.repository = repository;
        this.workloads = workloads;
        this.dsl = dsl;
    }

    @Override
    public List<Use> of(DSLContext context, AccountId account) {
        return repository.images(context, account).stream()
                .map(one -> new Use(RegistryName.of(one.image()), one.id(), one.name()))
                .toList();
    }

    @Override
    public void renew(AccountId account, String registry, @Nullable RegistryLogin login, Cause cause) {
        of(dsl, account).stream()
                .filter(use -> use.registry().equals(registry))
                .forEach(use -> workloads.renew(
                        account, use.workload(), manner -> manner.shown(login), Workloads.Intent.FOLLOW, cause));
    }
}
