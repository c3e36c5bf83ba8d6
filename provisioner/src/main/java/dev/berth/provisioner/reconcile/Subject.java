package dev.berth.provisioner.reconcile;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.ContainerId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.util.Optional;

/** Something to look at. At most one activation of a subject runs at a time. */
public sealed interface Subject {
    /** Plan a workload. */
    record Workload(WorkloadId id) implements Subject {}

    /** Drive a container toward the end of its state. */
    record Run(ContainerId id) implements Subject {}

    /** Ask a container how it is, by its checks. */
    record Check(ContainerId id) implements Subject {}

    /** Fetch the image of a container. */
    record Pull(ContainerId id) implements Subject {}

    /** Make or remove the place of an account. */
    record Account(AccountId id) implements Subject {}

    /** Make or remove networks of an account beside its own one. */
    record Networks(AccountId account) implements Subject {}

    /** Make a volume as it is wished. */
    record Volume(VolumeId id) implements Subject {}

    /** See whether containers fill the disk. */
    record Disk() implements Subject {}

    /** Look at everything. */
    record Everything() implements Subject {}

    /** Reads the payload of a {@link dev.berth.provisioner.desired.Signal}. */
    static Optional<Subject> of(String id) {
        try {
            if (id.startsWith(WorkloadId.PREFIX + "_")) {
                return Optional.of(new Workload(WorkloadId.parse(id)));
            }
            if (id.startsWith(VolumeId.PREFIX + "_")) {
                return Optional.of(new Volume(VolumeId.parse(id)));
            }
            if (id.startsWith(AccountId.PREFIX + "_")) {
                return Optional.of(new Account(AccountId.parse(id)));
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }
}
