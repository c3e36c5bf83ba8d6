package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;

/** What stays of a workload while its owner has paused it. Pure. */
final class Paused {
    private Paused() {}

    /**
     * Whether a container stays: of a service or a machine only what was begun, since the deadline of the others would pass meanwhile,
     * and none that is too many.
     */
    static boolean keeps(Container container, WorkloadDesired wish) {
        boolean task = wish.kind() == WorkloadKind.JOB || wish.kind() == WorkloadKind.CRON;
        int numbers = task ? Indices.wished(wish) : wish.replicas();
        boolean begun = task || container.state().rank() >= ContainerState.STARTING.rank();
        return begun && container.target().replica() <= numbers;
    }
}
