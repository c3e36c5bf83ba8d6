package dev.berth.provisioner.volume;

import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.volume.VolumeDesired;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be done next so that a volume becomes as it is wished. Pure.
 *
 * <p>Goals: nothing that is destroyed was still in use; data that is gone is never taken for empty data; each step may be done twice.
 * One step at a time: after each the row says what is there, and the next follows from it.
 *
 * <p>Example: 10 GiB with a snapshot are there, 20 GiB without one are wished: grow, drop the snapshot, settle.
 */
public sealed interface VolumeStep {
    /** Nothing. */
    record Nothing() implements VolumeStep {}

    /** Make it. */
    record Create(VolumeDesired wish) implements VolumeStep {}

    /** Let it hold more. */
    record Grow(int sizeGib) implements VolumeStep {}

    /** Keep its data as it is now. */
    record Take(SnapshotId snapshot) implements VolumeStep {}

    /** Let a snapshot go. */
    record Drop(SnapshotId snapshot) implements VolumeStep {}

    /** Put its data back. */
    record Restore(SnapshotId snapshot, long restores) implements VolumeStep {}

    /** It is as it is wished: say so. */
    record Settle() implements VolumeStep {}

    /** It is gone, without our doing: say so. */
    record Lose() implements VolumeStep {}

    /** End its use, and let its data go. */
    record Destroy() implements VolumeStep {}

    /** Its use has ended: remove what is left. */
    record Clear() implements VolumeStep {}

    /** Containers have it in their file systems, which must end first. */
    record Await() implements VolumeStep {}

    /**
     * Decides.
     *
     * @param there whether its data is there
     * @param mounted whether a container that is not over has it in its file system
     */
    static VolumeStep next(Volume volume, boolean there, boolean mounted) {
        VolumeDesired wish = volume.wish();
        return switch (volume.state()) {
            case DESTROYED -> new Nothing();
            case DESTROYING -> new Clear();
            case WISHED -> wish == null ? new Destroy() : new Create(wish);
            case LOST -> wish == null ? new Destroy() : new Nothing();
            case READY -> {
                if (wish == null) {
                    yield mounted ? new Await() : new Destroy();
                }
                yield there ? change(volume, wish, mounted) : new Lose();
            }
        };
    }

    private static VolumeStep change(Volume volume, VolumeDesired wish, boolean mounted) {
        if (volume.sizeGib() < wish.sizeGib()) {
            return new Grow(wish.sizeGib());
        }
        if (volume.restores() < wish.restores()) {
            return mounted ? new Await() : new Restore(Objects.requireNonNull(wish.restoreFrom()), wish.restores());
        }
        Optional<SnapshotId> missing = wish.snapshots().stream()
                .filter(snapshot -> !volume.has(snapshot))
                .findFirst();
        if (missing.isPresent()) {
            return new Take(missing.get());
        }
        Optional<SnapshotId> unwanted = volume.snapshots().stream()
                .map(SnapshotTaken::snapshot)
                .filter(snapshot -> !wish.snapshots().contains(snapshot))
                .findFirst();
        if (unwanted.isPresent()) {
            return new Drop(unwanted.get());
        }
        return volume.madeGeneration() < volume.generation() || volume.code() != null ? new Settle() : new Nothing();
    }
}
