package dev.berth.gateway.volume;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.util.List;
import org.jooq.DSLContext;

/** Which workloads mount volumes; implemented by the room of workloads. */
public interface VolumeUsers {
    /**
     * A mount of a workload that is not removed.
     *
     * @param stopped whether no container of it is wished now
     */
    record Use(VolumeId volume, WorkloadId workload, String name, String path, boolean readOnly, boolean stopped) {}

    /** All mounts of an account's workloads. */
    List<Use> of(DSLContext dsl, AccountId account);
}
