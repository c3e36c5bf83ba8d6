package dev.berth.metering.inventory;

import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;

/**
 * A volume is metered as a container is: it begins, is resized, ends, and inventories list it. Inside of metering its id stands
 * where a container's does, and where a workload's does, since a volume belongs to none; ids are unique whatever they are of. What
 * has a size in GiB is a volume, and outside it is told and shown by its own id.
 */
public final class Volumes {
    private Volumes() {}

    /** As it stands among containers. */
    public static ContainerId asContainer(VolumeId volume) {
        return new ContainerId(volume.uuid());
    }

    /** As it stands among workloads. */
    public static WorkloadId asWorkload(VolumeId volume) {
        return new WorkloadId(volume.uuid());
    }

    /** Back again. */
    public static VolumeId of(ContainerId standing) {
        return new VolumeId(standing.uuid());
    }
}
