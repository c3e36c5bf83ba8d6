package dev.berth.schema.container;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.List;

/**
 * A volume is there as it was wished at {@code generation}. Its use counts from {@code createdAt}, and at the size that this fact
 * says from {@code changedAt} on; both are equal in its first fact. {@code sequence} counts the facts of one volume from 1.
 *
 * @param driver what keeps it, such as {@code btrfs}
 * @param sizeEnforced whether the file system itself holds it to its size
 * @param sizeGib of the volume
 * @param snapshots those that are there, the oldest first
 * @param snapshotGib of its snapshots together, each as large as the volume was when it was taken
 * @param restores how often its data was put back
 */
public record VolumeReady(
        VolumeId volume,
        AccountId account,
        long generation,
        String host,
        String driver,
        boolean sizeEnforced,
        int sizeGib,
        List<SnapshotTaken> snapshots,
        int snapshotGib,
        long restores,
        Instant createdAt,
        Instant changedAt,
        long sequence)
        implements ContainerEvent {
    public VolumeReady {
        snapshots = List.copyOf(snapshots);
    }

    /** What it is metered by, in GiB: the volume and its snapshots. */
    public int meteredGib() {
        return Math.addExact(sizeGib, snapshotGib);
    }

    @Override
    public String key() {
        return volume.toString();
    }

    @Override
    public Instant occurredAt() {
        return changedAt;
    }
}
