package dev.berth.provisioner.engine;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of the Docker Engine. Thread-safe. */
final class DockerImages {
    private static final Logger LOG = LoggerFactory.getLogger(DockerImages.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration REMOVE = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");

    private final DockerCalls calls;
    private final DockerStreams streams;
    private final ImageProperties properties;
    private final Registry registry;

    DockerImages(DockerCalls calls, DockerStreams streams, ImageProperties properties) {
        this.calls = calls;
        this.streams = streams;
        this.properties = properties;
        this.registry = new Registry(properties);
    }

    /** The engine itself would also take the beginning of an id, of any image on the host. */
    Optional<EngineImage> find(String reference) {
        if (!ID.matcher(reference).matches()
                && ImageReference.parse(reference)
                        .filter(whole -> whole.toString().equals(reference))
                        .isEmpty()) {
            return Optional.empty();
        }
        try {
            InspectImageResponse image = calls.call(
                    "image", LOOK, client -> client.inspectImageCmd(reference).exec());
            var config = image.getConfig();
            var volumes = config == null ? null : config.getVolumes();
            var labels = config == null ? null : config.getLabels();
            var layers = image.getRootFS() == null ? null : image.getRootFS().getLayers();
            return Optional.of(new EngineImage(
                    Objects.requireNonNull(image.getId()),
                    config == null ? "" : Objects.requireNonNullElse(config.getUser(), ""),
                    volumes == null ? List.of() : List.copyOf(volumes.keySet()),
                    labels == null ? List.of() : List.copyOf(labels.keySet()),
                    layers == null ? 0 : layers.size(),
                    stopSignal(image)));
        } catch (EngineException.Missing e) {
            return Optional.empty();
        }
    }

    /**
     * Fetches an image: looks at it first, fetches exactly what was looked at unless it is there, looks how large it is unpacked, and
     * only then gives it the name under which it was asked for.
     */
    Pulled pull(PullOrder order) {
        ImageReference image = ImageReference.parse(order.reference())
                .orElseThrow(() ->
                        new EngineException.Missing("'%s' is no image reference".formatted(order.reference()), null));
        Registry.Found found = registry.look(image, architecture(), order.auth());
        ImageReference pinned = found.pinned();
        if (find(pinned.toString()).isEmpty()) {
            calls.call("pull", order.atMost().plusSeconds(5), client -> {
                streams.pull(client, pinned, found.layers(), order);
                return true;
            });
        }
        InspectImageResponse there = calls.call(
                "image",
                LOOK,
                client -> client.inspectImageCmd(pinned.toString()).exec());
        String id = Objects.requireNonNull(there.getId());
        Long bytes = there.getSize();
        if (bytes != null && bytes > properties.maxImageBytes()) {
            remove(id);
            throw new EngineException.Refused(
                    "the image has %d MiB unpacked, at most %d MiB are accepted"
                            .formatted(bytes >> 20, properties.maxImageMib()),
                    null);
        }
        if (!image.digest()) {
            calls.call("tag", LOOK, client -> {
                client.tagImageCmd(id, image.name(), image.version()).exec();
                return true;
            });
        }
        return new Pulled(id, pinned.version());
    }

    Map<String, Long> bytes() {
        Map<String, Long> bytes = new HashMap<>();
        calls.call("images", LOOK, client -> client.listImagesCmd().exec())
                .forEach(image -> bytes.put(image.getId(), Objects.requireNonNullElse(image.getSize(), 0L)));
        return bytes;
    }

    boolean remove(String id) {
        try {
            return calls.call("image_remove", REMOVE, client -> {
                client.removeImageCmd(id).exec();
                return true;
            });
        } catch (EngineException.Missing e) {
            return true;
        } catch (EngineException.Conflict e) {
            LOG.atDebug().addKeyValue("image", id).log("An image stays: {}", e.getMessage());
            return false;
        }
    }

    /** The client's class of an image's configuration has no field for it. */
    private static @Nullable String stopSignal(InspectImageResponse image) {
        return image.getRawValues().get("Config") instanceof Map<?, ?> config
                        && config.get("StopSignal") instanceof String signal
                ? signal
                : null;
    }

    /** Of the engine, in the words of Go. */
    private String architecture() {
        String kernel = Objects.requireNonNullElse(
                calls.call("info", LOOK, client -> client.infoCmd().exec()).getArchitecture(), "");
        return switch (kernel) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> kernel;
        };
    }
}
