package dev.berth.schema.volume;

import dev.berth.schema.id.AccountId;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole wish for a volume, at one generation. A greater generation replaces a smaller one; an equal or smaller one is old news.
 *
 * <p>{@code originVolume} is the volume of the same account whose data this one begins with, as it was at {@code originSnapshot},
 * or as it is when this one is made where that is null. {@code snapshots} are those that are to be kept; one that is not listed any
 * more goes. Each time {@code restores} grows the data is to become what it was at {@code restoreFrom}.
 *
 * <p>With {@code purgeAt} its owner has deleted it: nothing may have it in its file system, its data is kept until then, and a later
 * wish may take the deletion back.
 *
 * @param sizeGib never smaller than in an earlier generation
 */
public record VolumeDesired(
        VolumeId volume,
        AccountId account,
        String name,
        long generation,
        int sizeGib,
        @Nullable VolumeId originVolume,
        @Nullable SnapshotId originSnapshot,
        List<SnapshotId> snapshots,
        long restores,
        @Nullable SnapshotId restoreFrom,
        @Nullable Instant purgeAt,
        Instant occurredAt)
        implements VolumeEvent {
    public VolumeDesired {
        if (generation < 1 || sizeGib < 1 || restores < 0) {
            throw new IllegalArgumentException("generation %d and size %d GiB are from 1, restores %d from 0"
                    .formatted(generation, sizeGib, restores));
        }
        snapshots = List.copyOf(snapshots);
    }

    @Override
    public String key() {
        return volume.toString();
    }
}
