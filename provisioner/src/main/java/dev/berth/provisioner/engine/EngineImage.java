package dev.berth.provisioner.engine;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A local image. Everything but the id was written by whoever made the image and is not trusted.
 *
 * @param id {@code sha256:…} of its configuration; a container is made from this, so that a tag moved meanwhile changes nothing
 * @param user as in its configuration, may be empty
 * @param volumes the paths it declares as volumes, in order
 * @param labels the names of its labels, in order
 * @param layers how many
 * @param stopSignal as in its configuration, by name or number; null when it says none
 */
public record EngineImage(
        String id,
        String user,
        List<String> volumes,
        List<String> labels,
        int layers,
        @Nullable String stopSignal) {
    public EngineImage {
        volumes = List.copyOf(new TreeSet<>(volumes));
        labels = List.copyOf(new TreeSet<>(labels));
    }
}
