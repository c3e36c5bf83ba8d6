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
 * @param createdAt when its use began; null before
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
        @Nullable Instant createdAt) {
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
        return copy(next, sizeGib, snapshots, restores, sequence, madeGeneration);
    }

    /** With this there. */
    public Volume with(int nextSizeGib, List<SnapshotTaken> nextSnapshots, long nextRestores) {
        return copy(state, nextSizeGib, nextSnapshots, nextRestores, sequence, madeGeneration);
    }

    /** With the number of its next fact. */
    public Volume next() {
        return copy(state, sizeGib, snapshots, restores, sequence + 1, madeGeneration);
    }

    /** As it is wished. */
    public Volume made() {
        return copy(state, sizeGib, snapshots, restores, sequence, generation);
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
                createdAt == null ? at : createdAt);
    }

    /** With why it is not as it is wished. */
    public Volume failed(String why, String words) {
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
                createdAt);
    }

    private Volume copy(
            VolumeState nextState,
            int nextSizeGib,
            List<SnapshotTaken> nextSnapshots,
            long nextRestores,
            long nextSequence,
            long nextMade) {
        return new Volume(
                id,
                account,
                generation,
                wish,
                cause,
                nextState,
                host,
                driver,
                nextMade,
                nextSizeGib,
                nextSnapshots,
                nextRestores,
                nextSequence,
                code,
                message,
                createdAt);
    }
}
