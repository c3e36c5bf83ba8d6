package dev.berth.provisioner.volume;

import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the data of volumes is kept on this host. Every change may be asked for twice: what is done already stays done. Thread-safe for
 * different volumes.
 */
public interface VolumeStore {
    /** Its name in facts. */
    String driver();

    /** Whether the file system holds a volume to its size. */
    boolean enforcesSize();

    /** How much all volumes and snapshots together may be promised, in GiB. */
    long roomGib();

    /**
     * Whether this is where volumes were made before. It is not on a host that keeps none, nor where their folder is as if it had never held
     * one, such as when its disk is not mounted: then what is missing is not lost.
     */
    boolean holds();

    /** Whether the data of a volume is there. */
    boolean has(VolumeId volume);

    /**
     * Makes an empty one, or one that begins with another's data.
     *
     * @param origin whose data; null for none
     * @param snapshot of the origin; null for its data as it is now
     * @throws VolumeException if it cannot
     */
    void create(VolumeId volume, int sizeGib, @Nullable VolumeId origin, @Nullable SnapshotId snapshot);

    /**
     * Lets it hold more.
     *
     * @throws VolumeException if it cannot
     */
    void grow(VolumeId volume, int sizeGib);

    /**
     * Keeps its data as it is now.
     *
     * @throws VolumeException if it cannot
     */
    void take(VolumeId volume, SnapshotId snapshot);

    /**
     * Lets a snapshot go.
     *
     * @throws VolumeException if it cannot
     */
    void drop(VolumeId volume, SnapshotId snapshot);

    /**
     * Puts its data back; nobody uses it.
     *
     * @throws VolumeException if it cannot
     */
    void restore(VolumeId volume, SnapshotId snapshot, int sizeGib);

    /**
     * Removes it with its snapshots; nobody uses it.
     *
     * @throws VolumeException if it cannot
     */
    void destroy(VolumeId volume);

    /** Gives the root of an empty volume to the user of its first container, so that programs that insist on owning it can run. */
    void adopt(VolumeId volume, int uid, int gid);

    /** What a container that only reads is given. */
    Path data(VolumeId volume);

    /**
     * What a container that may write is given: a name that exists only as long as no greater fence was given out, so that whatever starts
     * later under an older one fails.
     *
     * @throws VolumeException if it cannot
     */
    Path lease(VolumeId volume, long fence);

    /** None, on a host that keeps no volumes. */
    static VolumeStore none() {
        return new NoStore();
    }
}
