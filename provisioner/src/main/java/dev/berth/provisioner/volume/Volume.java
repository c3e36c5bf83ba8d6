package dev.berth.provisioner.volume;

import dev.berth.schema.Cause;
import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.volume.VolumeDesired;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume: what is wished, and what is there.
 *
 * @param generation of the wish
 * @param wish null when it is to be destroyed
 * @param host where it is kept; null before it was made
 * @param madeGeneration of the wish that it is as
 * @param sizeGib as it is there
 * @param snapshots as they are there, the oldest first
 * @param restores how often its data was put back
 * @param sequence of the last fact told
 * @param code why it is not as it is wished, with {@code message} for people; null when there is nothing to say
 * @param failures how often in a row it could not be made as it is wished
 * @param retryAt not tried again before; null for at once
 * @param createdAt when its use began; null before
 * @param toldAt the time of the last fact told; null before the first
 */
public record Volume(
        VolumeId id,
        AccountId account,
        long generation,
        @Nullable VolumeDesired wish,
        Cause cause,
        VolumeState state,
        @Nullable String host,
        @Nullable String driver,
        long madeGeneration,
        int sizeGib,
        List<SnapshotTaken> snapshots,
        long restores,
        long sequence,
        @Nullable String code,
        @Nullable String message,
        int failures,
        @Nullable Instant retryAt,
        @Nullable Instant createdAt,
        @Nullable Instant toldAt) {
    public Volume {
        snapshots = List.copyOf(snapshots);
    }

    /** What it is metered by: itself and its snapshots. */
    public int meteredGib() {
        return Math.addExact(sizeGib, snapshotGib());
    }

    /** Its snapshots together. */
    public int snapshotGib() {
        return snapshots.stream().mapToInt(SnapshotTaken::sizeGib).reduce(0, Math::addExact);
    }

    /** Whether it has a snapshot. */
    public boolean has(SnapshotId snapshot) {
        return snapshots.stream().anyMatch(taken -> taken.snapshot().equals(snapshot));
    }

    /** Whether a container may have it in its file system now: it is there, it is not deleted, and nothing is put back. */
    public boolean mountable() {
        return state == VolumeState.READY && wish != null && wish.purgeAt() == null && restores == wish.restores();
    }

    /**
     * In another state.
     *
     * @throws IllegalStateException if {@link VolumeState#TABLE} has no such step
     */
    public Volume in(VolumeState next) {
        VolumeState.TABLE.check(state, next);
        return copy(next, host, sizeGib, snapshots, restores, sequence, madeGeneration, toldAt);
    }

    /** With this there. */
    public Volume with(int nextSizeGib, List<SnapshotTaken> nextSnapshots, long nextRestores) {
        return copy(state, host, nextSizeGib, nextSnapshots, nextRestores, sequence, madeGeneration, toldAt);
    }

    /** With the number and the time of its next fact. */
    public Volume next(Instant at) {
        return copy(state, host, sizeGib, snapshots, restores, sequence + 1, madeGeneration, at);
    }

    /** As it is wished. */
    public Volume made() {
        return copy(state, host, sizeGib, snapshots, restores, sequence, generation, toldAt);
    }

    /** On no host: where it was kept is gone. */
    public Volume homeless() {
        return copy(state, null, sizeGib, snapshots, restores, sequence, madeGeneration, toldAt);
    }

    /** There, on a host, since a time unless it was there before; with nothing to say. */
    public Volume ready(String onHost, String byDriver, Instant at) {
        VolumeState.TABLE.check(state, VolumeState.READY);
        return new Volume(
                id,
                account,
                generation,
                wish,
                cause,
                VolumeState.READY,
                onHost,
                byDriver,
                madeGeneration,
                sizeGib,
                snapshots,
                restores,
                sequence,
                null,
                null,
                0,
                null,
                createdAt == null ? at : createdAt,
                toldAt);
    }

    /** With why it is not as it is wished, and when it is tried again. */
    public Volume failed(String why, String words, @Nullable Instant again) {
        return new Volume(
                id,
                account,
                generation,
                wish,
                cause,
                state,
                host,
                driver,
                madeGeneration,
                sizeGib,
                snapshots,
                restores,
                sequence,
                why,
                words,
                failures + 1,
                again,
                createdAt,
                toldAt);
    }

    private Volume copy(
            VolumeState nextState,
            @Nullable String nextHost,
            int nextSizeGib,
            List<SnapshotTaken> nextSnapshots,
            long nextRestores,
            long nextSequence,
            long nextMade,
            @Nullable Instant nextToldAt) {
        return new Volume(
                id,
                account,
                generation,
                wish,
                cause,
                nextState,
                nextHost,
                driver,
                nextMade,
                nextSizeGib,
                nextSnapshots,
                nextRestores,
                nextSequence,
                code,
                message,
                failures,
                retryAt,
                createdAt,
                nextToldAt);
    }
}
