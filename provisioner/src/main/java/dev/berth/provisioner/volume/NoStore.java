package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Refuses everything, and says what to do. */
final class NoStore implements VolumeStore {
    private static VolumeException refusal() {
        return new VolumeException(
                "volumes_unavailable",
                "this host keeps no volumes; the operator names a folder for them in BERTH_VOLUME_DIR");
    }

    @Override
    public String driver() {
        return "none";
    }

    @Override
    public boolean enforcesSize() {
        return false;
    }

    @Override
    public long roomGib() {
        return Long.MAX_VALUE; // so that the refusal is what is said
    }

    @Override
    public boolean holds() {
        return false;
    }

    @Override
    public boolean has(VolumeId volume) {
        return false;
    }

    @Override
    public void create(VolumeId volume, int sizeGib, @Nullable VolumeId origin, @Nullable SnapshotId snapshot) {
        throw refusal();
    }

    @Override
    public void grow(VolumeId volume, int sizeGib) {
        throw refusal();
    }

    @Override
    public void take(VolumeId volume, SnapshotId snapshot) {
        throw refusal();
    }

    @Override
    public void drop(VolumeId volume, SnapshotId snapshot) {
        throw refusal();
    }

    @Override
    public void restore(VolumeId volume, SnapshotId snapshot, int sizeGib) {
        throw refusal();
    }

    @Override
    public void destroy(VolumeId volume) {
        // There is none.
    }

    @Override
    public void adopt(VolumeId volume, int uid, int gid) {
        throw refusal();
    }

    @Override
    public Path data(VolumeId volume) {
        throw refusal();
    }

    @Override
    public Path lease(VolumeId volume, long fence) {
        throw refusal();
    }
}
