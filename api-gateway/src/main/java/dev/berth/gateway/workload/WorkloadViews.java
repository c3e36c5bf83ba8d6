package dev.berth.gateway.workload;

import dev.berth.gateway.volume.VolumeMounts;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts what is observed beside what is wished. */
@Component
class WorkloadViews {
    private final Observations observations;
    private final VolumeMounts volumes;
    private final AutoscaleRepository autoscale;
    private final DSLContext dsl;
    private final InstantSource clock;

    WorkloadViews(
            Observations observations,
            VolumeMounts volumes,
            AutoscaleRepository autoscale,
            DSLContext dsl,
            InstantSource clock) {
        this.observations = observations;
        this.volumes = volumes;
        this.autoscale = autoscale;
        this.dsl = dsl;
        this.clock = clock;
    }

    WorkloadView of(Wish wish) {
        return of(List.of(wish)).getFirst();
    }

    /** With what is known of what is observed besides. */
    WorkloadView of(Wish wish, UnaryOperator<Observed> more) {
        return of(List.of(wish), more).getFirst();
    }

    List<WorkloadView> of(List<Wish> wishes) {
        return of(wishes, heard -> heard);
    }

    /** Of one that is made in this transaction: nobody can have heard of it. */
    WorkloadView ofMade(Wish wish) {
        return of(List.of(wish), heard -> heard, Map.of()).getFirst();
    }

    private List<WorkloadView> of(List<Wish> wishes, UnaryOperator<Observed> more) {
        return of(wishes, more, observations.of(wishes.stream().map(Wish::id).toList()));
    }

    private List<WorkloadView> of(List<Wish> wishes, UnaryOperator<Observed> more, Map<WorkloadId, Observed> seen) {
        Map<VolumeId, String> names = volumes.names(wishes.stream()
                .flatMap(wish -> wish.spec().manner().volumes().stream())
                .map(mount -> mount.event().volume())
                .collect(Collectors.toSet()));
        Map<WorkloadId, WorkloadView.Recommendation> said = autoscale.of(
                dsl,
                wishes.stream()
                        .filter(wish -> wish.spec().manner().autoscale() != null)
                        .map(Wish::id)
                        .toList());
        return wishes.stream()
                .map(wish -> view(
                        wish,
                        more.apply(seen.getOrDefault(wish.id(), Observed.nothing(wish.createdAt()))),
                        names,
                        said.get(wish.id()),
                        clock.instant()))
                .toList();
    }

    private static WorkloadView view(
            Wish wish,
            Observed heard,
            Map<VolumeId, String> volumes,
            WorkloadView.@Nullable Recommendation recommendation,
            Instant now) {
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
                spec.manner().volumes().stream()
                        .map(mount -> new MountShape(
                                mount.volume(), volumes.get(mount.event().volume()), mount.path(), mount.readOnly()))
                        .toList(),
                spec.manner().secrets().stream()
                        .map(one -> new SecretShape(one.name(), one.env(), one.path(), one.version()))
                        .toList(),
                spec.manner().files().stream()
                        .map(one -> new FileShape(one.path(), one.content(), one.executable()))
                        .toList(),
                spec.manner().networks().stream()
                        .map(one -> new NetworkShape(one.name(), one.internal()))
                        .toList(),
                spec.manner().pullPolicy() == null
                        ? null
                        : spec.manner().pullPolicy().text(),
                spec.isTask() ? spec.replicas() : null,
                spec.manner().completions(),
                AutoscaleShape.of(spec.manner().autoscale()),
                spec.manner().stdin() != null,
                spec.manner().tty() != null,
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
                        wish.heldBy(),
                        wish.paused()),
                observed,
                recommendation);
    }
}
