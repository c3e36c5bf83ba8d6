package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.lifecycle.ContainerRepository;
import dev.berth.provisioner.rollout.Indices;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.schema.id.WorkloadId;
import dev.berth.schema.workload.WorkloadDesired;
import dev.berth.schema.workload.WorkloadKind;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** What a workload waits for that is to be started after others. */
record Dependencies(WishRepository wishes, RolloutRepository rollouts, ContainerRepository containers) {
    /** The first of them that is not ready yet, in words; empty when all are. */
    Optional<String> obstacle(DSLContext dsl, WorkloadDesired spec) {
        List<String> names = spec.dependsOn() == null ? List.of() : spec.dependsOn();
        for (String name : names) {
            Optional<WorkloadId> other = wishes.named(dsl, spec.account(), name);
            Optional<String> obstacle = other.isEmpty()
                    ? Optional.of("waits for '%s', and there is no workload of that name".formatted(name))
                    : obstacle(dsl, name, other.get());
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return Optional.empty();
    }

    private Optional<String> obstacle(DSLContext dsl, String name, WorkloadId other) {
        Optional<Wish> wish = wishes.find(dsl, other);
        if (wish.isEmpty() || !(wish.get() instanceof Wish.Wanted wanted)) {
            return Optional.of("waits for '%s', which is being removed".formatted(name));
        }
        if (wanted.spec().kind() == WorkloadKind.SERVICE || wanted.spec().kind() == WorkloadKind.MACHINE) {
            boolean ready = rollouts.find(dsl, other)
                    .map(progress -> progress.ready() > 0)
                    .orElse(false);
            return ready ? Optional.empty() : Optional.of("waits for '%s' to be ready".formatted(name));
        }
        boolean ended =
                Indices.of(wanted.spec(), containers.standing(dsl, other)).allWell();
        return ended ? Optional.empty() : Optional.of("waits for '%s' to end well".formatted(name));
    }
}
