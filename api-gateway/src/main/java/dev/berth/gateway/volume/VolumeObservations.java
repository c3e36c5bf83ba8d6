package dev.berth.gateway.volume;

import dev.berth.schema.container.SnapshotTaken;
import dev.berth.schema.id.VolumeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is there of volumes, from the feed's mirror. Only shown, but for this: data is put back only from what is there,
 * and stays until what is to begin with it is. */
public interface VolumeObservations {
    /**
     * What was told of a volume.
     *
     * @param generation of the wish that it is as, 0 for none
     * @param failedGeneration of the wish that it could not be made as, 0 for none
     * @param createdAt since when it counts; null before
     */
    record Seen(
            String state,
            long generation,
            @Nullable String driver,
            @Nullable Boolean sizeEnforced,
            @Nullable Integer sizeGib,
            List<SnapshotTaken> snapshots,
            long restores,
            long failedGeneration,
            @Nullable String code,
            @Nullable String message,
            @Nullable Instant createdAt,
            Instant changedAt) {}

    /** What is known of these volumes; one of which nothing is known is not in the map. */
    Map<VolumeId, Seen> of(Collection<VolumeId> volumes);
}
