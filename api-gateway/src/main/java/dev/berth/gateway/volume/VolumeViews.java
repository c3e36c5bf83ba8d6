package dev.berth.gateway.volume;

import dev.berth.gateway.volume.VolumeObservations.Seen;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts what is observed, and who mounts it, beside what is wished. */
@Component
class VolumeViews {
    private final DSLContext dsl;
    private final VolumeUsers users;
    private final VolumeObservations observations;

    VolumeViews(DSLContext dsl, VolumeUsers users, VolumeObservations observations) {
        this.dsl = dsl;
        this.users = users;
        this.observations = observations;
    }

    VolumeView of(Volume volume) {
        return of(volume.account(), List.of(volume)).getFirst();
    }

    List<VolumeView> of(AccountId account, List<Volume> volumes) {
        Map<VolumeId, Seen> seen =
                observations.of(volumes.stream().map(Volume::id).toList());
        Map<VolumeId, List<VolumeUsers.Use>> uses =
                users.of(dsl, account).stream().collect(Collectors.groupingBy(VolumeUsers.Use::volume));
        return volumes.stream()
                .map(volume -> view(volume, uses.getOrDefault(volume.id(), List.of()), seen.get(volume.id())))
                .toList();
    }

    private static VolumeView view(Volume volume, List<VolumeUsers.Use> uses, @Nullable Seen seen) {
        VolumeId origin = volume.originVolume();
        return new VolumeView(
                volume.id(),
                volume.name(),
                volume.sizeGib(),
                origin == null ? null : new VolumeView.Origin(origin, volume.originSnapshot()),
                snapshots(volume, seen),
                uses.stream()
                        .map(use -> new VolumeView.Mounted(use.workload(), use.name(), use.path(), use.readOnly()))
                        .toList(),
                volume.createdAt(),
                volume.updatedAt(),
                volume.deletedAt(),
                volume.purgeAt(),
                volume.generation(),
                volume.etag(),
                observed(volume, seen));
    }

    static List<VolumeView.SnapshotView> snapshots(Volume volume, @Nullable Seen seen) {
        Map<SnapshotId, Instant> taken = seen == null
                ? Map.of()
                : seen.snapshots().stream().collect(Collectors.toMap(SnapshotTaken::snapshot, SnapshotTaken::takenAt));
        return volume.snapshots().stream()
                .map(snapshot -> new VolumeView.SnapshotView(
                        snapshot.id(),
                        snapshot.name(),
                        volume.id(),
                        snapshot.sizeGib(),
                        taken.containsKey(snapshot.id()) ? "ready" : "pending",
                        snapshot.createdAt(),
                        taken.get(snapshot.id())))
                .toList();
    }

    /** Pure. */
    static VolumeView.State observed(Volume volume, @Nullable Seen seen) {
        if (seen == null) {
            return new VolumeView.State(named(volume, "creating"), null, 0, null, null, null, null, volume.createdAt());
        }
        boolean failed = seen.failedGeneration() > seen.generation()
                || (seen.code() != null && seen.failedGeneration() == seen.generation());
        boolean there = seen.state().equals("ready");
        String state = failed
                ? "failed"
                : !there ? "creating" : seen.generation() < volume.generation() ? "changing" : "ready";
        int snapshotGib =
                seen.snapshots().stream().mapToInt(SnapshotTaken::sizeGib).sum();
        Integer size = seen.sizeGib();
        return new VolumeView.State(
                named(volume, state),
                there ? size : null,
                there && size != null ? size + snapshotGib : 0,
                seen.driver(),
                seen.sizeEnforced(),
                failed ? seen.code() : null,
                failed ? seen.message() : null,
                seen.changedAt());
    }

    private static String named(Volume volume, String state) {
        return volume.purgedAt() != null ? "purged" : volume.deletedAt() != null ? "deleted" : state;
    }
}
