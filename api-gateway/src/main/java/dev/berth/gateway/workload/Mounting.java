package dev.berth.gateway.workload;

import dev.berth.gateway.volume.VolumeUsers;
import dev.berth.schema.id.AccountId;
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
        return repository.mounting(dsl, account).stream()
                .flatMap(workload -> workload.mounts().stream()
                        .map(mount -> new Use(
                                mount.event().volume(),
                                workload.id(),
                                workload.name(),
                                mount.path(),
                                mount.readOnly(),
                                workload.stopped())))
                .toList();
    }
}
