package dev.berth.provisioner.rollout;

import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.lifecycle.ContainerState;
import dev.berth.schema.workload.RolloutStrategy;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.util.List;

/**
 * Services whose old containers end before new ones start. So that they are away for no longer than they must be, and not at all when
 * the new image cannot be had, one new container is begun beside the old ones: it has its image fetched, and waits until they have ended. Pure.
 */
public final class OldFirst {
    private OldFirst() {}

    /** Whether old containers end before new ones are started. */
    public static boolean isWished(WorkloadDesired spec) {
        return (spec.kind() == WorkloadKind.SERVICE || spec.kind() == WorkloadKind.MACHINE)
                && Rollout.usual(spec.rollout()).strategy() == RolloutStrategy.RECREATE;
    }

    /** Whether a container whose image is there waits until others of its workload have ended. */
    public static boolean holds(WorkloadDesired spec, List<Container> standing, Container container) {
        return isWished(spec)
                && standing.stream()
                        .anyMatch(other -> !other.state().over()
                                && !other.id().equals(container.id())
                                && (!other.isOf(spec.revision(), spec.run())
                                        || other.target().replica()
                                                == container.target().replica()));
    }

    /**
     * Whether old ones still work, and the image of what comes after them is not known to be on the host.
     *
     * @param old those that are not over
     * @param current those of the revision and run that are to come
     */
    static boolean awaitsImage(WorkloadDesired spec, List<Container> old, List<Container> current) {
        boolean works = old.stream()
                .anyMatch(c ->
                        c.state().rank() >= ContainerState.STARTING.rank() && !c.isOf(spec.revision(), spec.run()));
        return works && current.stream().allMatch(c -> c.life().imageId() == null);
    }
}
