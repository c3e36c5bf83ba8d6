package dev.berth.gateway.workload;

import dev.berth.gateway.secret.SealedSecret;
import dev.berth.gateway.secret.SecretUsers;
import dev.berth.schema.Cause;
import dev.berth.schema.id.AccountId;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Says which workloads use secrets, and has them change over to a new value. */
@Component
class SecretHolders implements SecretUsers {
    private final WorkloadRepository repository;
    private final Workloads workloads;
    private final DSLContext dsl;

    SecretHolders(WorkloadRepository repository, Workloads workloads, DSLContext dsl) {
        this.repository = repository;
        this.workloads = workloads;
        this.dsl = dsl;
    }

    @Override
    public List<Use> of(DSLContext context, AccountId account) {
        return repository.holding(context, account).stream()
                .flatMap(workload -> workload.secrets().stream()
                        .distinct()
                        .map(name -> new Use(name, workload.id(), workload.name())))
                .toList();
    }

    private static Manner renewed(Manner manner, SealedSecret secret) {
        return manner.sealed(manner.secrets().stream()
                .map(one -> one.name().equals(secret.name()) ? one.at(secret.version(), secret.sealed()) : one)
                .toList());
    }

    @Override
    public void renew(AccountId account, SealedSecret secret, Cause cause) {
        of(dsl, account).stream()
                .filter(use -> use.secret().equals(secret.name()))
                .forEach(use -> workloads.renew(
                        account, use.workload(), manner -> renewed(manner, secret), Workloads.Intent.CHANGE, cause));
    }
}
