package dev.berth.launcher.machine;

import dev.berth.launcher.data.LaunchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The Docker daemon's own settings file: read, and completed with what Berth wants of a host. */
public final class DaemonSettings {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WANTED = """
            {
              "icc": false,
              "userland-proxy": false,
              "no-new-privileges": true,
              "live-restore": true,
              "log-driver": "local",
              "default-ulimits": {
                "nofile": {"Name": "nofile", "Soft": 1024, "Hard": 65536},
                "core": {"Name": "core", "Soft": 0, "Hard": 0}
              },
              "default-address-pools": [{"base": "172.24.0.0/14", "size": 24}]
            }""";

    private final Path file;

    /** The settings in that file, such as {@code /etc/docker/daemon.json}. */
    public DaemonSettings(Path file) {
        this.file = file;
    }

    /** What is set; an empty object when there is no such file. */
    public JsonNode read() {
        try {
            return Files.exists(file) ? JSON.readTree(Files.readString(file)) : JsonNodeFactory.instance.objectNode();
        } catch (IOException e) {
            throw new LaunchException("%s cannot be read: %s".formatted(file, e), "Run as a user who may read it.", e);
        } catch (JacksonException e) {
            throw new LaunchException(
                    "%s is no JSON: %s".formatted(file, e.getOriginalMessage()),
                    "Mend it: the Docker daemon will not start with it either.",
                    e);
        }
    }

    /**
     * Adds what is missing; never changes what the operator set. userns-remap is not among it: it hides all images and
     * containers that are there.
     *
     * @return the keys that were added; empty when nothing was missing
     */
    public List<String> complete(Instant now, boolean swarm) {
        ObjectNode settings = (ObjectNode) read().deepCopy();
        List<String> added = new ArrayList<>();
        ((ObjectNode) JSON.readTree(WANTED)).properties().forEach(wanted -> {
            boolean unfit = swarm && wanted.getKey().equals("live-restore");
            if (!settings.has(wanted.getKey()) && !unfit) {
                settings.set(wanted.getKey(), wanted.getValue());
                added.add(wanted.getKey());
            }
        });
        if (added.isEmpty()) {
            return added;
        }
        try {
            if (Files.exists(file)) {
                Files.copy(
                        file,
                        file.resolveSibling("%s.before-berth-%d".formatted(file.getFileName(), now.getEpochSecond())));
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path draft = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(draft, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(settings) + "\n");
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LaunchException(
                    "%s cannot be written: %s".formatted(file, e), "Run ./berth doctor --fix as root.", e);
        }
        return added;
    }
}
