package dev.berth.gateway.volume;

import dev.berth.gateway.edge.ErrorCode;
import dev.berth.gateway.edge.GivenId;
import dev.berth.gateway.edge.GivenName;
import dev.berth.gateway.edge.Refusal;
import dev.berth.gateway.quota.Quotas;
import dev.berth.schema.Cause;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** What can be done with the snapshots of a volume, as steps of {@link Volumes}. Thread-safe. */
@Service
public class Snapshots {
    /** The most of a volume. */
    static final int MOST = 50;

    private final DSLContext dsl;
    private final Volumes volumes;
    private final VolumeObservations observations;
    private final Quotas quotas;
    private final InstantSource clock;

    Snapshots(DSLContext dsl, Volumes volumes, VolumeObservations observations, Quotas quotas, InstantSource clock) {
        this.dsl = dsl;
        this.volumes = volumes;
        this.observations = observations;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Puts its data back to a snapshot; nothing that mounts it may run. */
    public VolumeView restore(
            AccountId account, VolumeId id, @Nullable String snapshot, @Nullable String ifMatch, Cause cause) {
        return volumes.act(account, id, ifMatch, cause, true, now -> {
            Volume.Snapshot from = of(now, snapshot);
            Set<SnapshotId> taken = seen(id).map(seen -> seen.snapshots().stream()
                            .map(SnapshotTaken::snapshot)
                            .collect(Collectors.toSet()))
                    .orElse(Set.of());
            // All of them, not only that one: what is put back first would be what a later snapshot keeps.
            now.snapshots().stream()
                    .filter(one -> !taken.contains(one.id()))
                    .findFirst()
                    .ifPresent(one -> {
                        throw Refusal.of(
                                        ErrorCode.CONFLICT,
                                        "The snapshot '%s' has not been taken yet.".formatted(one.name()))
                                .hint("Wait until its state is ready, or delete it.");
                    });
            List<VolumeUsers.Use> running = volumes.usesOf(account, id).stream()
                    .filter(use -> !use.stopped())
                    .toList();
            if (!running.isEmpty()) {
                throw Refusal.of(
                                ErrorCode.CONFLICT,
                                "The volume '%s' is in use by %s.".formatted(now.name(), Volumes.names(running)))
                        .fact(
                                "mounted_by",
                                running.stream()
                                        .map(use -> use.workload().toString())
                                        .toList())
                        .hint("Stop these workloads, restore, and start them again.");
            }
            return now.restored(from.id(), clock.instant());
        });
    }

    /** Its snapshots, the oldest first. */
    List<VolumeView.SnapshotView> list(AccountId account, VolumeId id) {
        return volumes.get(account, id).snapshots();
    }

    /** One of its snapshots. */
    VolumeView.SnapshotView get(AccountId account, VolumeId id, String snapshot) {
        return list(account, id).stream()
                .filter(view -> view.id().toString().equals(snapshot))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("snapshot", snapshot));
    }

    /**
     * Keeps its data as it is now. What a program has not written out by then is not in it, as after a power failure.
     *
     * @param name null for the time
     */
    public VolumeView.SnapshotView take(AccountId account, VolumeId id, @Nullable String name, Cause cause) {
        if (name != null && !VolumeRequest.isName(name)) {
            throw Volumes.invalid("name", GivenName.RULE);
        }
        VolumeView view = volumes.act(account, id, null, cause, true, now -> {
            if (now.snapshots().size() >= MOST) {
                throw Refusal.of(ErrorCode.CONFLICT, "The volume has %d snapshots, which is the most.".formatted(MOST))
                        .fact("limit", MOST)
                        .hint("Delete snapshots that are not needed.");
            }
            if (restoring(now)) {
                throw Refusal.of(ErrorCode.CONFLICT, "The volume is being restored.")
                        .hint("Wait until that is done, so that the snapshot is of what is asked for.");
            }
            Instant at = clock.instant();
            List<Volume.Snapshot> snapshots = new ArrayList<>(now.snapshots());
            String called = name == null ? at.toString().replace(':', '-') : name;
            snapshots.add(new Volume.Snapshot(SnapshotId.next(), called, now.sizeGib(), at));
            return now.with(snapshots, at);
        });
        return view.snapshots().getLast();
    }

    /** Lets a snapshot go. */
    public void drop(AccountId account, VolumeId id, String snapshot, Cause cause) {
        VolumeView _ = volumes.act(account, id, null, cause, false, now -> {
            Volume.Snapshot gone = of(now, snapshot);
            if (restoring(now) && gone.id().equals(now.restoreFrom())) {
                throw Refusal.of(ErrorCode.CONFLICT, "The volume is being restored from this snapshot.")
                        .hint("Wait until that is done.");
            }
            volumes.free(now, gone);
            quotas.release(dsl, account, gone.id().uuid());
            return now.with(
                    now.snapshots().stream().filter(one -> !one.equals(gone)).toList(), clock.instant());
        });
    }

    private Optional<VolumeObservations.Seen> seen(VolumeId id) {
        return Optional.ofNullable(observations.of(List.of(id)).get(id));
    }

    private boolean restoring(Volume volume) {
        return volume.restores()
                > seen(volume.id()).map(VolumeObservations.Seen::restores).orElse(0L);
    }

    private static Volume.Snapshot of(Volume volume, @Nullable String id) {
        if (id == null || id.isEmpty()) {
            throw Volumes.invalid("snapshot", "is required");
        }
        return of(volume, parse(id).orElseThrow(() -> Refusal.notFound("snapshot", id)));
    }

    static Volume.Snapshot of(Volume volume, SnapshotId id) {
        return volume.snapshots().stream()
                .filter(snapshot -> snapshot.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("snapshot", id.toString()));
    }

    /** Reads an id; empty for what is none. */
    static Optional<SnapshotId> parse(String id) {
        return GivenId.read(id, SnapshotId::parse);
    }
}
