package dev.berth.gateway.workload;

import dev.berth.gateway.volume.VolumeUsers;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.workload.DesiredState;
import java.util.List;
import org.jooq.DSLContext;
import org.springframework.stereotype.Component;

/** Says which workloads mount volumes. */
@Component
class Mounting implements VolumeUsers {
    private final WorkloadRepository repository;

    Mounting(WorkloadRepository repository) {
        this.repository = repository;
    }

    @Override
    public List<Use> of(DSLContext dsl, AccountId account) {
        return repository.having(dsl, account, "volumes").stream()
                .flatMap(wish -> wish.spec().manner().volumes().stream()
                        .map(mount -> new Use(
                                mount.event().volume(),
                                wish.id(),
                                wish.spec().name(),
                                mount.path(),
                                mount.readOnly(),
                                wish.state() == DesiredState.STOPPED || wish.finished())))
                .toList();
    }
}
