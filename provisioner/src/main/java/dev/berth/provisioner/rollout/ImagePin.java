package dev.berth.provisioner.rollout;

import dev.berth.schema.id.WorkloadId;
import org.jspecify.annotations.Nullable;

/**
 * From which image all containers of a revision and run are made.
 *
 * @param image as wished
 * @param digest of the manifest by which its registry gives it again; null for an image of the host that no registry gave
 * @param imageId of the image on the host, from which it may have gone meanwhile
 */
public record ImagePin(
        WorkloadId workload,
        long revision,
        long run,
        String image,
        @Nullable String digest,
        String imageId) {
    /** The image as wished, and by its digest where that is known: {@code app:1@sha256:…}. */
    public String told() {
        return digest == null || image.contains("@") ? image : image + "@" + digest;
    }
}
