package dev.berth.gateway.volume;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import dev.berth.schema.volume.VolumeEvent;
import dev.berth.schema.volume.VolumeRemoved;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume as it is wished.
 *
 * @param snapshots those that are kept, the oldest first
 * @param restores how often its data was to be put back, the last time to {@code restoreFrom}
 * @param deletedAt when its owner deleted it; its data is there until {@code purgeAt}
 * @param purgedAt when that was over: there is no way back
 */
record Volume(
        VolumeId id,
        AccountId account,
        String name,
        long generation,
        int sizeGib,
        @Nullable VolumeId originVolume,
        @Nullable SnapshotId originSnapshot,
        List<Snapshot> snapshots,
        long restores,
        @Nullable SnapshotId restoreFrom,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        @Nullable Instant purgeAt,
        @Nullable Instant purgedAt) {
    /**
     * A snapshot as it is wished.
     *
     * @param sizeGib of the volume when it was asked for
     */
    record Snapshot(SnapshotId id, String name, int sizeGib, Instant createdAt) {}

    Volume {
        snapshots = List.copyOf(snapshots);
    }

    /** One that was just asked for. */
    static Volume made(AccountId account, VolumeRequest.Checked asked, Instant now) {
        return new Volume(
                VolumeId.next(),
                account,
                asked.name(),
                1,
                asked.sizeGib(),
                asked.originVolume(),
                asked.originSnapshot(),
                List.of(),
                0,
                null,
                now,
                now,
                null,
                null,
                null);
    }

    Volume named(String next, int nextSizeGib, Instant now) {
        return copy(next, nextSizeGib, snapshots, restores, restoreFrom, null, now);
    }

    Volume with(List<Snapshot> next, Instant now) {
        return copy(name, sizeGib, next, restores, restoreFrom, null, now);
    }

    Volume restored(SnapshotId from, Instant now) {
        return copy(name, sizeGib, snapshots, restores + 1, from, null, now);
    }

    Volume deleted(Instant until, Instant now) {
        return copy(name, sizeGib, snapshots, restores, restoreFrom, until, now);
    }

    Volume undeleted(Instant now) {
        return copy(name, sizeGib, snapshots, restores, restoreFrom, null, now);
    }

    private Volume copy(
            String nextName,
            int nextSize,
            List<Snapshot> nextSnapshots,
            long nextRestores,
            @Nullable SnapshotId nextFrom,
            @Nullable Instant nextPurgeAt,
            Instant now) {
        return new Volume(
                id,
                account,
                nextName,
                generation + 1,
                nextSize,
                originVolume,
                originSnapshot,
                nextSnapshots,
                nextRestores,
                nextFrom,
                createdAt,
                now,
                nextPurgeAt == null ? null : now,
                nextPurgeAt,
                null);
    }

    /** Its data is to be destroyed. */
    Volume purged(Instant now) {
        return new Volume(
                id,
                account,
                name,
                generation + 1,
                sizeGib,
                originVolume,
                originSnapshot,
                snapshots,
                restores,
                restoreFrom,
                createdAt,
                now,
                deletedAt == null ? now : deletedAt,
                purgeAt == null ? now : purgeAt,
                now);
    }

    /** What made this of what it was before, in a word; the most telling of what differs. */
    String verb(Volume before) {
        if (purgedAt != null) {
            return "purge";
        }
        if ((deletedAt == null) != (before.deletedAt == null)) {
            return deletedAt == null ? "undelete" : "delete";
        }
        if (restores != before.restores) {
            return "restore";
        }
        if (snapshots.size() != before.snapshots.size()) {
            return snapshots.size() > before.snapshots.size() ? "snapshot" : "drop_snapshot";
        }
        return sizeGib == before.sizeGib ? "rename" : "resize";
    }

    /** For {@code If-Match}. */
    String etag() {
        return "\"" + generation + "\"";
    }

    /** What others hear of it. */
    VolumeEvent event() {
        if (purgedAt != null) {
            return new VolumeRemoved(id, account, generation, purgedAt);
        }
        return new VolumeDesired(
                id,
                account,
                name,
                generation,
                sizeGib,
                originVolume,
                originSnapshot,
                snapshots.stream().map(Snapshot::id).toList(),
                restores,
                restoreFrom,
                purgeAt,
                updatedAt);
    }
}
