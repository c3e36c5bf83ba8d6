package dev.berth.provisioner.engine;

import com.github.dockerjava.api.model.LogConfig.LoggingType;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.api.model.VersionComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Whose Docker API it is, and what that one does otherwise. ENGINES.md lists it for people. */
enum Dialect {
    DOCKER,
    PODMAN;

    /** Of all containers of one user together; the kernel's own bound is four for each MiB of memory. */
    private static final long PROCESSES = 8192;

    /** Who answers, by what it says of its parts. */
    static Dialect of(Version version) {
        List<VersionComponent> parts = Objects.requireNonNullElse(version.getComponents(), List.of());
        return parts.stream()
                        .anyMatch(part -> String.valueOf(part.getName())
                                .toLowerCase(Locale.ROOT)
                                .contains("podman"))
                ? PODMAN
                : DOCKER;
    }

    /** What is in a message of Podman, and the status that it stands for. */
    private static final Map<String, Integer> PODMAN_SAYS = Map.of(
            "attempted to invoke a command that was not found", 400,
            "OCI permission denied", 400,
            "container state improper", 409,
            "network already exists", 409,
            "already in use", 409,
            "is already used on the host", 403,
            "network is being used", 403,
            "no such container", 404,
            "network not found", 404);

    /** Podman has neither {@code local} nor says so; its {@code json-file} is its own form, bounded in size as Docker's. */
    LoggingType logDriver(LoggingType usual) {
        return this == DOCKER ? usual : LoggingType.JSON_FILE;
    }

    /**
     * The limits of a process. Podman would raise {@code nproc} over what crun may set once the capabilities are dropped, unless it is given.
     * It counts for all containers of the same user, so it is no bound of a tenant's: that is the limit of the cgroup.
     */
    List<Ulimit> ulimits(Ulimit... usual) {
        List<Ulimit> limits = new ArrayList<>(List.of(usual));
        if (this == PODMAN) {
            limits.add(new Ulimit("nproc", PROCESSES, PROCESSES));
        }
        return limits;
    }

    /** The options of tmpfs mounts, by path: Podman does not know {@code nr_inodes}, so there files are bounded by memory only. */
    Map<String, String> tmpfs(Map<String, String> mounts) {
        return this == DOCKER
                ? mounts
                : mounts.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().replaceAll(",nr_inodes=[0-9]+", "")));
    }

    /** The status that Docker would have answered: Podman says of much that it is an error of its own. */
    int status(int said, String message) {
        if (this == DOCKER) {
            return said;
        }
        return PODMAN_SAYS.entrySet().stream()
                .filter(entry -> message.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(said);
    }

    /**
     * Podman's Docker API has no call that changes the limits of a container.
     *
     * @throws EngineException.Refused if there is none
     */
    void mayChangeLimits() {
        if (this == PODMAN) {
            throw new EngineException.Refused("Podman's Docker API cannot change the limits of a container", null);
        }
    }

    /** What it lacks that Berth's promises rest on, for the operator. */
    List<String> findings() {
        return this == DOCKER
                ? List.of()
                : List.of(
                        "this is Podman: files in memory are bounded by size and not by number, and a size is changed by"
                                + " replacing the container");
    }
}
