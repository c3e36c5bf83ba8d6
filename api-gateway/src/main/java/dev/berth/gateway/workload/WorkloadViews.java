package dev.berth.gateway.workload;

import dev.berth.schema.id.WorkloadId;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Puts what is observed beside what is wished. */
@Component
class WorkloadViews {
    private final Observations observations;

    WorkloadViews(Observations observations) {
        this.observations = observations;
    }

    WorkloadView of(Wish wish) {
        return of(List.of(wish)).getFirst();
    }

    List<WorkloadView> of(List<Wish> wishes) {
        Map<WorkloadId, Observed> seen =
                observations.of(wishes.stream().map(Wish::id).toList());
        return wishes.stream()
                .map(wish -> view(wish, seen.getOrDefault(wish.id(), Observed.nothing(wish.createdAt()))))
                .toList();
    }

    private static WorkloadView view(Wish wish, Observed observed) {
        Spec spec = wish.spec();
        return new WorkloadView(
                wish.id(),
                spec.name(),
                spec.kind(),
                spec.image(),
                observed.imageDigest(),
                spec.command(),
                spec.args(),
                spec.env(),
                spec.cpuMillis(),
                spec.memoryMib(),
                spec.replicas(),
                spec.ports(),
                spec.restart(),
                spec.maxRuntimeS(),
                spec.stopGraceS(),
                spec.autoDestroy(),
                spec.readOnlyRoot(),
                spec.labels(),
                CheckShape.of(spec.manner().healthCheck()),
                CheckShape.of(spec.manner().readinessCheck()),
                RolloutShape.of(spec.manner().rollout()),
                spec.manner().retries(),
                spec.manner().dependsOn(),
                spec.manner().workingDir(),
                spec.manner().user(),
                spec.manner().stopSignal(),
                wish.createdAt(),
                wish.updatedAt(),
                wish.generation(),
                wish.etag(),
                new WorkloadView.Desired(
                        wish.stateText(),
                        wish.generation(),
                        wish.revision(),
                        wish.run(),
                        spec.replicas(),
                        wish.heldBy()),
                observed);
    }
}
