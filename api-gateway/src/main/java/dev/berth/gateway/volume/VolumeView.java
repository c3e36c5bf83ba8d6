package dev.berth.gateway.volume;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.schema.id.SnapshotId;
import dev.berth.schema.id.VolumeId;
import dev.berth.schema.id.WorkloadId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume as the API answers it: the wish, who mounts it, and what is observed.
 *
 * @param deletedAt when it was deleted; until {@code purgeAt} that can be taken back, and until then it counts
 * @param etag for {@code If-Match}: the generation in quotes
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record VolumeView(
        VolumeId id,
        String name,
        int sizeGib,
        @Nullable Origin origin,
        List<SnapshotView> snapshots,
        List<Mounted> mountedBy,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant deletedAt,
        @Nullable Instant purgeAt,
        long generation,
        String etag,
        State observed) {
    /** Whose data it began with. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Origin(VolumeId volume, @Nullable SnapshotId snapshot) {}

    /** A workload that has it in its file system. */
    public record Mounted(WorkloadId workload, String name, String path, boolean readOnly) {}

    /**
     * A snapshot.
     *
     * @param state {@code pending} until it was taken, then {@code ready}
     * @param takenAt the instant of its data; null before
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SnapshotView(
            SnapshotId id,
            String name,
            VolumeId volume,
            int sizeGib,
            String state,
            Instant createdAt,
            @Nullable Instant takenAt) {}

    /**
     * What is there.
     *
     * @param state {@code creating}, {@code ready}, {@code changing}, {@code failed}, {@code deleted}, {@code purged}
     * @param sizeGib that it has now; null before it is there
     * @param meteredGib what counts now: the volume and its snapshots
     * @param sizeEnforced whether a write beyond its size fails; where not, the size is a promise
     * @param message why it is not as it is wished; null when there is nothing to say
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record State(
            String state,
            @Nullable Integer sizeGib,
            int meteredGib,
            @Nullable String driver,
            @Nullable Boolean sizeEnforced,
            @Nullable String code,
            @Nullable String message,
            Instant since) {}
}
