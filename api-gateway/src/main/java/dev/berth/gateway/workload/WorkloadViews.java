package dev.berth.gateway.workload;

import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Puts what is observed beside what is wished. */
@Component
class WorkloadViews {
    private final Observations observations;
    private final InstantSource clock;

    WorkloadViews(Observations observations, InstantSource clock) {
        this.observations = observations;
        this.clock = clock;
    }

    WorkloadView of(Wish wish) {
        return of(List.of(wish)).getFirst();
    }

    List<WorkloadView> of(List<Wish> wishes) {
        Map<WorkloadId, Observed> seen =
                observations.of(wishes.stream().map(Wish::id).toList());
        return wishes.stream()
                .map(wish ->
                        view(wish, seen.getOrDefault(wish.id(), Observed.nothing(wish.createdAt())), clock.instant()))
                .toList();
    }

    private static WorkloadView view(Wish wish, Observed heard, Instant now) {
        Observed observed = wish.waits() && heard.running() == 0 ? heard.waiting() : heard;
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
                ScheduleShape.of(spec.manner().schedule(), now),
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
