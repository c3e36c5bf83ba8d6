package dev.berth.provisioner.reconcile;

import dev.berth.provisioner.desired.Wish;
import dev.berth.provisioner.desired.WishRepository;
import dev.berth.provisioner.lifecycle.Container;
import dev.berth.provisioner.rollout.Progress;
import dev.berth.provisioner.rollout.RolloutRepository;
import dev.berth.schema.workload.WorkloadDesired;
import java.util.Optional;
import org.jooq.DSLContext;

/** What containers were made from: the wish, or what serves while that one is rolled out or was rolled back. */
final class Specs {
    private final WishRepository wishes;
    private final RolloutRepository rollouts;

    Specs(Rooms rooms) {
        this.wishes = rooms.wishes();
        this.rollouts = rooms.rollouts();
    }

    /** What a container is made from; empty when nobody wishes for one of its revision and run any more. */
    Optional<WorkloadDesired> of(DSLContext dsl, Container container) {
        Optional<Wish> wish = wishes.find(dsl, container.workload());
        if (wish.isEmpty() || !(wish.get() instanceof Wish.Wanted wanted)) {
            return Optional.empty();
        }
        long revision = container.target().revision();
        long run = container.target().run();
        if (container.isOf(wanted.spec().revision(), wanted.spec().run())) {
            return Optional.of(wanted.spec());
        }
        Optional<Progress> progress = rollouts.find(dsl, container.workload());
        return progress.map(known -> known.specOf(wanted.spec(), revision, run));
    }
}
